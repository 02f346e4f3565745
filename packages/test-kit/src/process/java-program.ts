import { ChildProgram } from './child-program.js'

export interface JavaProgramOptions {
  name?: string
  /** Folders and jars, `folder/*` for all jars of a folder. */
  classpath: readonly string[]
  main: string
  args?: readonly string[]
  /** For example `-Xmx1g` or `-Drocketmq.serialize.type=ROCKETMQ`. */
  jvm?: readonly string[]
  env?: Record<string, string>
  cwd?: string
}

/** Lines, hundreds of them, that RocketMQ's logging prints about itself while it starts. */
export const loggingStatus = /^[\d:,]+ \|-(INFO|WARN) in org\.apache\.rocketmq\./

const separator = process.platform === 'win32' ? ';' : ':'

export function startJava(options: JavaProgramOptions): ChildProgram {
  const { classpath, main, args = [], jvm = [], name = main } = options
  return ChildProgram.start({
    name,
    command: 'java',
    args: [...jvm, '-cp', classpath.join(separator), main, ...args],
    ignore: loggingStatus,
    ...(options.env && { env: options.env }),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
}
