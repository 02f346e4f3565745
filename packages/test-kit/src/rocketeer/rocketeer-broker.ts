import { BrokerProcess, type BrokerProcessOptions, prepareBroker } from '../broker-process.js'
import { startRocketeer } from './rocketeer-command.js'

const START_TIMEOUT_MS = 30_000

/** The VIP channel, for old clients. */
const FURTHER_PORTS = [-2]

/** Our broker in a process of its own, started from the same `broker.conf` as Apache's. */
export class RocketeerBroker extends BrokerProcess {
  static async start(options: BrokerProcessOptions): Promise<RocketeerBroker> {
    const prepared = await prepareBroker(options, FURTHER_PORTS)
    const process = startRocketeer('Rocketeer broker', ['broker', '--config', prepared.config])
    return new RocketeerBroker(process, prepared).started(() =>
      process.line(/answers at/, { withinMs: START_TIMEOUT_MS }),
    )
  }

  async stop(): Promise<void> {
    const end = await this.process.stop()
    if (end !== 0) throw this.process.failure('did not stop cleanly')
  }
}
