/**
 * Tell the service manager something (sd_notify(3)), and hand it open files along with that; whether it has them then.
 * With files it waits for that: a message of a process that has ended by then would be nobody's.
 */
export type Notify = (state: string, files?: readonly number[]) => boolean;

const filesWithinMicros = 1_000_000n;

/**
 * The service manager's ear; nobody's, unless it has named its socket. By the library, as Node has no datagrams of that
 * sort, and the program systemd-notify would be a process of its own, which `NotifyAccess=main` does not hear.
 */
export async function openNotify(environment: Readonly<Record<string, string | undefined>>): Promise<Notify> {
  if (!environment["NOTIFY_SOCKET"]) return () => false;
  try {
    const { default: koffi } = await import("koffi");
    const library = koffi.load("libsystemd.so.0");
    const send: (pid: number, unset: number, state: string, files: Int32Array, count: number) => number = library.func(
      "int sd_pid_notify_with_fds(int pid, int unset_environment, const char *state, const int *fds, unsigned int n_fds)",
    );
    const barrier: (unset: number, micros: bigint) => number = library.func(
      "int sd_notify_barrier(int unset_environment, uint64_t timeout)",
    );
    return (state, files = []) => {
      const sent = send(0, 0, state, Int32Array.from(files), files.length) > 0;
      return sent && (files.length === 0 || barrier(0, filesWithinMicros) > 0);
    };
  } catch {
    // A container has the socket, perhaps, and not the library: then nobody is told.
    return () => false;
  }
}
