/** Tell the service manager something (sd_notify(3)), and hand it open files along with that. */
export type Notify = (state: string, files?: readonly number[]) => void;

/**
 * The service manager's ear; nobody's, unless it has named its socket. By the library, as Node has no datagrams of that
 * sort, and the program systemd-notify would be a process of its own, which `NotifyAccess=main` does not hear.
 */
export async function openNotify(environment: Readonly<Record<string, string | undefined>>): Promise<Notify> {
  if (!environment["NOTIFY_SOCKET"]) return () => {};
  try {
    const { default: koffi } = await import("koffi");
    const send: (pid: number, unset: number, state: string, files: Int32Array, count: number) => number = koffi
      .load("libsystemd.so.0")
      .func(
        "int sd_pid_notify_with_fds(int pid, int unset_environment, const char *state, const int *fds, unsigned int n_fds)",
      );
    return (state, files = []) => void send(0, 0, state, Int32Array.from(files), files.length);
  } catch {
    // A container has the socket, perhaps, and not the library: then nobody is told.
    return () => {};
  }
}
