/**
 * JavaScript in the place of two native addons of VS Code's server that npm delivers without a binary; without
 * them every process prints a long error, and output channels and log files stay empty.
 */

/** `@vscode/spdlog`: writes output channels and log files. */
export const spdlogStandIn = `'use strict';
const fs = require('fs');
const path = require('path');
const labels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
let defaultLevel = 2;
class Logger {
  constructor(file) { this.file = file; this.level = defaultLevel; this.raw = false; }
  write(level, message) {
    if (level < this.level) return;
    const at = new Date().toISOString().replace('T', ' ').replace('Z', '');
    try { fs.appendFileSync(this.file, this.raw ? message : at + ' [' + labels[level] + '] ' + message + '\\n'); } catch {}
  }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  clearFormatters() { this.raw = true; }
  setPattern() {}
  flush() {}
  drop() {}
}
labels.forEach((label, level) => {
  Logger.prototype[label === 'warning' ? 'warn' : label] = function (message) { this.write(level, message); };
});
async function create(name, file) {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  return new Logger(file);
}
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = (level) => { defaultLevel = level; };
exports.setFlushOn = () => {};
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
`;

/** `@vscode/native-watchdog`: ends a process when its parent is gone. */
export const watchdogStandIn = `'use strict';
exports.start = (pid) => {
  setInterval(() => {
    try { process.kill(pid, 0); } catch (error) { if (error.code === 'ESRCH') process.exit(87); }
  }, 3000).unref();
};
exports.exit = (code) => process.exit(code || 0);
`;
