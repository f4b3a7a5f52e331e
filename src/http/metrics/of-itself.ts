import { readdirSync, readFileSync } from "node:fs";
import { getHeapStatistics } from "node:v8";
import { counters, gauge, gauges, type Metric } from "../../gateway/metric.ts";

/** What the process takes of the machine. Linux alone tells all of it; its kernel answers at once, as that is on no disk. */
export function ofItself(): readonly Metric[] {
  const { used_heap_size, external_memory } = getHeapStatistics();
  const resident = kilobytes(/^VmRSS:\s*(\d+) kB/m.exec(told("status"))?.[1]);
  const most = /^Max open files\s+(\d+)/m.exec(told("limits"))?.[1];
  return [
    gauge("benchd_heap_used_bytes", "Memory of JavaScript values", used_heap_size),
    gauge("benchd_external_memory_bytes", "Memory of buffers beside them", external_memory),
    gauges("benchd_resident_memory_bytes", "What the process takes", resident),
    gauges("process_resident_memory_bytes", "The same, by the name that it has everywhere", resident),
    counters("process_cpu_seconds_total", "Processor time that it has taken", processorTime(told("stat"))),
    gauge("process_start_time_seconds", "When it has begun, in seconds since 1970", performance.timeOrigin / 1000),
    gauges("process_open_fds", "Files, ports and sockets that it has open", openFiles()),
    gauges("process_max_fds", "How many it may have", most === undefined ? [] : [{ value: Number(most) }]),
  ];
}

/** Behind the name, which may be anything, from the twelfth on: in user mode, and in the kernel's; hundredths of a second. */
function processorTime(stat: string) {
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11)
    .map(Number);
  return user === undefined || system === undefined ? [] : [{ value: (user + system) / 100 }];
}

const kilobytes = (text: string | undefined) => (text === undefined ? [] : [{ value: 1024 * Number(text) }]);

function openFiles() {
  try {
    return [{ value: readdirSync("/proc/self/fd").length }];
  } catch {
    return [];
  }
}

function told(file: string): string {
  try {
    return readFileSync(`/proc/self/${file}`, "latin1");
  } catch {
    return "";
  }
}
