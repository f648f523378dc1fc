// No process started here outlives the tests, however they end.

const groups = new Set();

/** Kills the process, or with `-pid` the group, as far as it is still there. */
export function endProcess(pid, signal = "SIGKILL") {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Sees to it that `child`, the leader of its own process group, ends with this process. */
export function endsWithUs(child) {
  if (child.pid === undefined) return;
  groups.add(child.pid);
  child.once("exit", () => groups.delete(child.pid));
}

process.once("exit", () => {
  for (const pid of groups) endProcess(-pid);
});
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.once(name, () => process.exit(1));
