import { type Clock, type Logger, messageOf } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { TopicRouteData } from '@rocketeer/protocol/bodies'
import { getRouteinfoByTopic } from '@rocketeer/protocol/commands'
import type { RemotingClient } from '@rocketeer/remoting'
import type { LiveConfig } from '../options/live-config.js'

/** Consumers of a group ask about the same topic at about the same time, every 20 s each. */
const FRESH_MS = 5000

const TOPICS_MAX = 10_000

export interface RouteCacheNeeds {
  readonly client: RemotingClient
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
}

/** Where the queues of topics are in the whole cluster, as the nameservers tell. Apache: TopicRouteInfoManager. */
export class RouteCache {
  readonly #needs: RouteCacheNeeds
  readonly #known = new Map<string, { route: TopicRouteData; askedAt: number }>()

  constructor(needs: RouteCacheNeeds) {
    this.#needs = needs
  }

  /** `undefined` when no nameserver knows the topic; what was known last when none answers. */
  async of(topic: string): Promise<TopicRouteData | undefined> {
    const known = this.#known.get(topic)
    const now = this.#needs.clock.now()
    if (known !== undefined && Math.abs(now - known.askedAt) < FRESH_MS) return known.route
    for (const nameserver of this.#needs.config.current.nameservers) {
      try {
        const fields = { topic, acceptStandardJsonOnly: true }
        const { code, body } = await this.#needs.client.request(nameserver, getRouteinfoByTopic, fields)
        if (code !== ResponseCode.SUCCESS) continue
        const route = TopicRouteData.decode(body)
        if (this.#known.size >= TOPICS_MAX) this.#known.clear()
        this.#known.set(topic, { route, askedAt: now })
        return route
      } catch (error) {
        this.#needs.logger.debug(
          { nameserver, topic, reason: messageOf(error) },
          'a nameserver gave no route',
        )
      }
    }
    return known?.route
  }
}
