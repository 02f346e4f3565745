import {
  BrokerProcess,
  type BrokerProcessOptions,
  DEFAULT_BROKER_NAME,
  prepareBroker,
} from '../broker-process.js'
import { type ApacheHeap, startApacheJvm, untilBooted } from './apache-jvm.js'
import { untilRegistered } from './registration.js'

const START_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 60_000

/** Apache derives two more ports from its own: the fast one and the one for replication. */
const FURTHER_PORTS = [-2, 1]

export interface ApacheBrokerOptions extends BrokerProcessOptions {
  heap?: ApacheHeap
}

/** Instead of 200 ms, after which a broker refuses a send that has waited: tests run on machines that stand still for longer. */
const PATIENCE = { waitTimeMillsInSendQueue: 10_000 }

/** A real Apache RocketMQ broker in a process of its own. */
export class ApacheBroker extends BrokerProcess {
  static async start(options: ApacheBrokerOptions): Promise<ApacheBroker> {
    const properties = { ...PATIENCE, ...options.properties }
    const prepared = await prepareBroker({ ...options, properties }, FURTHER_PORTS)
    const home = prepared.home.path
    const process = await startApacheJvm({
      name: 'Apache broker',
      main: 'org.apache.rocketmq.broker.BrokerStartup',
      args: ['-c', prepared.config],
      heap: options.heap ?? 'small',
      home,
    })
    return new ApacheBroker(process, prepared).started(async () => {
      const logs = ['broker_default.log', 'broker.log']
      await untilBooted(process, { home, logs, withinMs: START_TIMEOUT_MS })
      await untilRegistered(options.nameservers, options.brokerName ?? DEFAULT_BROKER_NAME)
    })
  }

  async stop(): Promise<void> {
    await this.process.stop({ withinMs: STOP_TIMEOUT_MS })
  }
}
