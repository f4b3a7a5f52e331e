import { stat } from "node:fs/promises";
import { nearest } from "../../gateway/config/folder.ts";

/**
 * Do something in a folder as whoever owns it, where root does it: what it leaves there is the owner's, and nothing that
 * the owner has put there leads root anywhere else.
 */
export async function asOwnerOf<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const { getgroups, setgroups, setegid, seteuid, geteuid } = process;
  if (!getgroups || !setgroups || !setegid || !seteuid || geteuid?.() !== 0) return work();
  const { uid, gid } = await stat((await nearest(folder)).path);
  if (uid === 0) return work();
  const groups = getgroups();
  setgroups([gid]);
  setegid(gid);
  seteuid(uid);
  try {
    return await work();
  } finally {
    seteuid(0);
    setegid(0);
    setgroups(groups);
  }
}
