import type { Command, FieldTable, FieldValues } from '@rocketeer/protocol'
import { formatJavaProperties, KVTable, parseJavaProperties } from '@rocketeer/protocol/bodies'
import {
  addWritePermOfBroker,
  getBrokerConfig,
  getBrokerRuntimeInfo,
  updateBrokerConfig,
  wipeWritePermOfBroker,
} from '@rocketeer/protocol/commands'
import { checkArguments } from '../arguments.js'
import type { NameserverAnswer } from '../errors.js'
import {
  type BrokerFigures,
  type ConfigDifference,
  differencesOf,
  figuresIn,
  type PendingMessages,
  pendingIn,
  propertyOf,
} from './broker-status.js'
import { type AdminNeeds, type BrokerAddress, brokersOfCluster, masterNames } from './cluster.js'
import { clusterWaiting, failuresOn } from './failed-messages.js'
import { changeNameservers } from './nameserver-change.js'
import type { Properties } from './waiting-messages.js'

/** The result of a change that is made at every nameserver. */
export interface WritePermissionChange {
  /** How many topics the broker has, by the nameserver that knows most of them. */
  topics: number
  /** Nameservers that did not take the change: clients that ask these go on as before. */
  missed: NameserverAnswer[]
}

/** One option of a broker that was changed; undefined where the broker does not show it. */
export interface OptionChange {
  option: string
  before: string | undefined
  now: string | undefined
}

/** The fields of a request whose only field is the name of a broker. */
type RequestFieldsOfBroker = typeof wipeWritePermOfBroker extends Command<infer Q, infer _> ? Q : never

/** The brokers of a cluster: addresses, figures, options, maintenance. `admin.brokers` is one. */
export class BrokersAdmin {
  readonly #needs: AdminNeeds

  /** @internal */
  constructor(needs: AdminNeeds) {
    this.#needs = needs
  }

  /** Every broker process the nameservers list, sorted by cluster, name and id. */
  list(): Promise<BrokerAddress[]> {
    return brokersOfCluster(this.#needs)
  }

  /** The configuration of a master under Apache's names. Rejects with `BROKER_UNKNOWN`. */
  async config(brokerName: string): Promise<Properties> {
    await this.#checkMaster(brokerName)
    const response = await this.#needs.brokers.call(brokerName, getBrokerConfig, {})
    return Object.fromEntries(parseJavaProperties(response.body.toString()))
  }

  /** Where the configurations of two masters differ, by name. */
  async diff(left: string, right: string): Promise<ConfigDifference[]> {
    const [configLeft, configRight] = await Promise.all([this.config(left), this.config(right)])
    return differencesOf(configLeft, configRight)
  }

  /**
   * Changes options of a running master by Apache's names: all of them, or none and `BROKER_REFUSED`. Resolves to their
   * values before and now. Apache: mqadmin updateBrokerConfig.
   */
  async configure(brokerName: string, options: Properties): Promise<OptionChange[]> {
    checkArguments('admin.brokers.configure', { options })
    const before = await this.config(brokerName)
    const body = Buffer.from(formatJavaProperties(Object.entries(options)))
    await this.#needs.brokers.call(brokerName, updateBrokerConfig, {}, { body })
    const now = await this.config(brokerName)
    return Object.keys(options).map((option) => ({
      option,
      before: propertyOf(before, option),
      now: propertyOf(now, option),
    }))
  }

  /** Every figure a running master keeps, under Apache's names. Apache: mqadmin brokerStatus. */
  async status(brokerName: string): Promise<Properties> {
    await this.#checkMaster(brokerName)
    const response = await this.#needs.brokers.call(brokerName, getBrokerRuntimeInfo, {})
    return Object.fromEntries(KVTable.decode(response.body).table)
  }

  /** Traffic, version and disk of a running master. */
  async figures(brokerName: string): Promise<BrokerFigures> {
    return figuresIn(await this.status(brokerName))
  }

  /** Messages that a master has stored and that wait: for their time, a retry, a replay, or the end of a transaction. */
  async pending(brokerName: string): Promise<PendingMessages[]> {
    await this.#checkMaster(brokerName)
    const waiting = await clusterWaiting(this.#needs, [brokerName])
    return [...waiting.brokers.flatMap(pendingIn), ...(await failuresOn(this.#needs, brokerName, waiting))]
  }

  /**
   * Takes a broker its write permission before maintenance: producers send elsewhere once they refresh their routes, at
   * the latest after their `pollRouteIntervalMs`; consumers go on until everything is read. Ends with `undrain`, or
   * when the broker stops. Rejects with `BROKER_UNKNOWN`, or `NAMESERVERS_UNREACHABLE` when none took it. Apache:
   * mqadmin wipeWritePerm.
   */
  drain(brokerName: string): Promise<WritePermissionChange> {
    return this.#changeEverywhere(brokerName, wipeWritePermOfBroker, ({ wipeTopicCount }) => wipeTopicCount)
  }

  /**
   * Gives a broker its write permission back after maintenance: producers send to it again. Rejects as `drain` does.
   * Apache: mqadmin addWritePerm.
   */
  undrain(brokerName: string): Promise<WritePermissionChange> {
    return this.#changeEverywhere(brokerName, addWritePermOfBroker, ({ addTopicCount }) => addTopicCount)
  }

  async #changeEverywhere<R extends FieldTable>(
    brokerName: string,
    command: Command<RequestFieldsOfBroker, R>,
    countOf: (fields: FieldValues<R>) => number,
  ): Promise<WritePermissionChange> {
    await this.#checkMaster(brokerName)
    let topics = 0
    const onChanged = (answer: FieldValues<R>) => {
      topics = Math.max(topics, countOf(answer))
    }
    const missed = await changeNameservers(this.#needs, { command, fields: { brokerName }, onChanged })
    await this.#needs.routes.refreshAll()
    return { topics, missed }
  }

  /** Looking for the broker also notes its address. */
  async #checkMaster(brokerName: string): Promise<void> {
    checkArguments('admin.brokers', { brokerName })
    await masterNames(this.#needs, { brokers: [brokerName] })
  }
}
