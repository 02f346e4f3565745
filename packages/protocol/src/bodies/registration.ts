import { constants, deflateSync, inflateSync } from 'node:zlib'
import { body, bodyOf } from '../body/body.js'
import { list, mapOf, string, type ValueOf } from '../body/shape.js'
import { protocolErrors } from '../errors.js'
import { FRAME_BYTES_MAX_DEFAULT } from '../frame/frame-decoder.js'
import { DataVersion } from './tables.js'
import { type TopicConfig, TopicConfigAndMappingSerializeWrapper, TopicQueueMappingInfo } from './topics.js'

/** The topics a broker announces to a nameserver. Apache: RegisterBrokerBody. */
export const RegisterBrokerBody = body('RegisterBrokerBody', {
  topicConfigSerializeWrapper: TopicConfigAndMappingSerializeWrapper,
  filterServerList: list(string()),
})
export type RegisterBrokerBody = ValueOf<typeof RegisterBrokerBody>

/** The same body when the request's header says `compressed`. Apache: RegisterBrokerBody.encode(true). */
export const CompressedRegisterBrokerBody = { encode: encodeCompressed, decode: decodeCompressed }

const filterServers = bodyOf('filterServerList', list(string()))
const topicAttributes = bodyOf('TopicConfig', mapOf(string(), string()))
const mappingInfo = bodyOf('TopicQueueMappingInfo', TopicQueueMappingInfo)

/** Ordinal of V5_0_0 in Apache's MQVersion: from then on brokers append the static topics. */
const VERSION_WITH_MAPPINGS = 413

/**
 * Deflated; every part has 4 bytes of length in front of it:
 *
 *     | data version | topic count 4 | topics as lines … | filter servers | mapping count 4 | mappings … |
 */
function encodeCompressed(body: RegisterBrokerBody): Buffer {
  const { dataVersion, topicConfigTable, topicQueueMappingInfoMap } = body.topicConfigSerializeWrapper
  const parts = [
    ...sized(DataVersion.encode(dataVersion)),
    int32(topicConfigTable.size),
    ...[...topicConfigTable.values()].flatMap((topic) => sized(Buffer.from(encodeTopicConfigLine(topic)))),
    ...sized(filterServers.encode(body.filterServerList)),
    int32(topicQueueMappingInfoMap.size),
    ...[...topicQueueMappingInfoMap.values()].flatMap((info) => sized(mappingInfo.encode(info))),
  ]
  return deflateSync(Buffer.concat(parts), { level: constants.Z_BEST_COMPRESSION })
}

/**
 * `brokerVersion` is the version in the request's header. Throws `BODY_MALFORMED`, also when it inflates to more than
 * `bytesMax`.
 */
function decodeCompressed(
  body: Buffer,
  brokerVersion: number,
  bytesMax = FRAME_BYTES_MAX_DEFAULT,
): RegisterBrokerBody {
  const parts = new Parts(inflated(body, bytesMax))
  const dataVersion: DataVersion = DataVersion.decode(parts.next())
  const topicConfigTable = new Map<string, TopicConfig>()
  for (let left = parts.count(); left > 0; left--) {
    const topic = decodeTopicConfigLine(parts.next().toString('utf8'))
    topicConfigTable.set(topic.topicName, topic)
  }
  const filterServerList = filterServers.decode(parts.next())
  const topicQueueMappingInfoMap = new Map<string, TopicQueueMappingInfo>()
  if (brokerVersion >= VERSION_WITH_MAPPINGS) {
    for (let left = parts.count(); left > 0; left--) {
      const info = mappingInfo.decode(parts.next())
      if (info.topic !== undefined) topicQueueMappingInfoMap.set(info.topic, info)
    }
  }
  return {
    topicConfigSerializeWrapper: {
      dataVersion,
      topicConfigTable,
      topicQueueMappingInfoMap,
      topicQueueMappingDetailMap: new Map(),
    },
    filterServerList,
  }
}

function inflated(body: Buffer, bytesMax: number): Buffer {
  try {
    return inflateSync(body, { maxOutputLength: bytesMax })
  } catch (error) {
    throw malformed(`it cannot be inflated to at most ${bytesMax} bytes`, error)
  }
}

/** Reads the inflated parts one after the other. */
class Parts {
  readonly #buffer: Buffer
  #at = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  count(): number {
    if (this.#at + 4 > this.#buffer.length) throw malformed('it is cut short')
    const count = this.#buffer.readInt32BE(this.#at)
    this.#at += 4
    if (count < 0) throw malformed(`a count or length is ${count}`)
    return count
  }

  next(): Buffer {
    const bytes = this.count()
    const start = this.#at
    this.#at += bytes
    if (this.#at > this.#buffer.length) throw malformed('it is cut short')
    return this.#buffer.subarray(start, this.#at)
  }
}

function sized(part: Buffer): Buffer[] {
  return [int32(part.length), part]
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function malformed(reason: string, cause?: unknown) {
  return protocolErrors.BODY_MALFORMED({ body: 'RegisterBrokerBody', reason }, cause)
}

/** `topic read write perm filterType {attributes}`, as compressed registrations hold it. Apache: TopicConfig.encode. */
function encodeTopicConfigLine(topic: TopicConfig): string {
  return [
    topic.topicName,
    topic.readQueueNums,
    topic.writeQueueNums,
    topic.perm,
    topic.topicFilterType,
    topicAttributes.encode(topic.attributes).toString(),
  ].join(' ')
}

/** The line knows neither the system flag nor the order flag of a topic. Throws `BODY_MALFORMED`. */
function decodeTopicConfigLine(line: string): TopicConfig {
  const [topicName = '', read, write, perm, topicFilterType, ...rest] = line.split(' ')
  if (topicName === '' || topicFilterType === undefined) {
    throw protocolErrors.BODY_MALFORMED({
      body: 'TopicConfig',
      reason: `"${line.slice(0, 80)}" has too few parts`,
    })
  }
  return {
    topicName,
    readQueueNums: wholeNumber(read, line),
    writeQueueNums: wholeNumber(write, line),
    perm: wholeNumber(perm, line),
    topicFilterType,
    topicSysFlag: 0,
    order: false,
    attributes: rest.length === 0 ? new Map() : topicAttributes.decode(Buffer.from(rest.join(' '))),
  }
}

function wholeNumber(part: string | undefined, line: string): number {
  if (part !== undefined && /^-?\d{1,10}$/.test(part)) return Number(part)
  throw protocolErrors.BODY_MALFORMED({ body: 'TopicConfig', reason: `"${line.slice(0, 80)}" needs numbers` })
}
