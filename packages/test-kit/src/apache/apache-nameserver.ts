import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../free-port.js'
import { NameserverProcess, type NameserverProcessOptions } from '../server-process.js'
import { TemporaryDirectory } from '../temporary-directory.js'
import { startApacheJvm, untilBooted } from './apache-jvm.js'

const START_TIMEOUT_MS = 60_000

/** A real Apache RocketMQ nameserver in a process of its own. */
export class ApacheNameserver extends NameserverProcess {
  static async start(options: NameserverProcessOptions = {}): Promise<ApacheNameserver> {
    const { port = await freePort(), orderTopics = false } = options
    const home = await TemporaryDirectory.create('apache-nameserver-')
    const config = join(home.path, 'namesrv.conf')
    await writeFile(config, `listenPort=${port}\norderMessageEnable=${orderTopics}\n`)
    const process = await startApacheJvm({
      name: 'Apache nameserver',
      main: 'org.apache.rocketmq.namesrv.NamesrvStartup',
      args: ['-c', config],
      heap: 'least',
      home: home.path,
    })
    return new ApacheNameserver({ process, port, home }).started(() =>
      untilBooted(process, { home: home.path, logs: ['namesrv.log'], withinMs: START_TIMEOUT_MS }),
    )
  }
}
