import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  freePort,
  type NameserverProcess,
  repositoryRoot,
  ServerProcess,
  startJava,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { mavenLibrary } from '../programs/maven.js'

const START_TIMEOUT_MS = 240_000

/** Apache's proxy in CLUSTER mode: gRPC in front of a nameserver and its brokers. */
export class ApacheProxy extends ServerProcess {
  static async start(nameserver: NameserverProcess): Promise<ApacheProxy> {
    const library = await mavenLibrary(join(repositoryRoot, 'interop/apache-proxy'))
    const home = await TemporaryDirectory.create('proxy-')
    const port = await freePort()
    const config = join(home.path, 'rmq-proxy.json')
    const ports = { grpcServerPort: port, remotingListenPort: await freePort() }
    await writeFile(config, JSON.stringify({ rocketMQClusterName: 'DefaultCluster', ...ports }))
    const process = startJava({
      name: 'Apache proxy',
      classpath: [join(library, '*')],
      main: 'org.apache.rocketmq.proxy.ProxyStartup',
      // As docs/clients.md says.
      args: ['-pm', 'cluster', '-n', nameserver.address, '-pc', config],
      jvm: [
        '-Xmx512m',
        '-XX:MaxDirectMemorySize=256m',
        '-XX:TieredStopAtLevel=1',
        `-Duser.home=${home.path}`,
      ],
      env: { ROCKETMQ_HOME: home.path, RMQ_PROXY_HOME: home.path },
    })
    return new ApacheProxy({ process, port, home }).started(() =>
      process.line(/rocketmq-proxy startup successfully/, { withinMs: START_TIMEOUT_MS }),
    )
  }
}
