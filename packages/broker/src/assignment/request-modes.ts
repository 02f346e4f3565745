import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import type { Logger } from '@rocketeer/foundation'
import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import {
  MessageRequestModeSerializeWrapper,
  type SetMessageRequestModeRequestBody,
} from '@rocketeer/protocol/commands'
import type { LiveConfig } from '../options/live-config.js'
import { ConfigFile, readConfigFile } from '../tables/config-file.js'

type RequestMode = SetMessageRequestModeRequestBody

export interface RequestModesNeeds {
  /** The broker's root directory; the file is `config/messageRequestMode.json` in it. */
  readonly directory: string
  readonly files: FileSystem
  readonly config: LiveConfig
  readonly logger: Logger
}

/** Whether a group pulls or pops a topic, as an administrator has set it. Apache: MessageRequestModeManager. */
export class RequestModes {
  readonly #config: LiveConfig
  /** Topic → group → mode. */
  readonly #modes: Map<string, Map<string, RequestMode>>
  readonly #file: ConfigFile

  /** Throws `CONFIG_FILE_BROKEN` when neither messageRequestMode.json nor its backup can be read. */
  static async open(needs: RequestModesNeeds): Promise<RequestModes> {
    const path = join(needs.directory, 'config', 'messageRequestMode.json')
    const content = await readConfigFile({
      ...needs,
      path,
      decode: MessageRequestModeSerializeWrapper.decode,
    })
    return new RequestModes(path, needs, content?.messageRequestModeMap ?? new Map())
  }

  private constructor(
    path: string,
    { config, files }: RequestModesNeeds,
    modes: Map<string, Map<string, RequestMode>>,
  ) {
    this.#config = config
    this.#modes = modes
    this.#file = new ConfigFile({ files, path, encode: () => this.encode().toString() })
  }

  /** Retry topics of pulling consumers are always pulled. */
  modeOf(topic: string, consumerGroup: string): Pick<RequestMode, 'mode' | 'popShareQueueNum'> {
    const set = this.#modes.get(topic)?.get(consumerGroup)
    if (set !== undefined) return set
    if (topic.startsWith(RETRY_TOPIC_PREFIX)) return { mode: 'PULL', popShareQueueNum: 0 }
    const { defaultRequestMode, defaultPopShareQueues } = this.#config.current
    return { mode: defaultRequestMode, popShareQueueNum: defaultPopShareQueues }
  }

  /** Resolves when the file has it. */
  set(mode: RequestMode): Promise<void> {
    const groups = this.#modes.get(mode.topic)
    if (groups === undefined) this.#modes.set(mode.topic, new Map([[mode.consumerGroup, mode]]))
    else groups.set(mode.consumerGroup, mode)
    return this.#file.save()
  }

  /** What the file holds; the answer to GET_ALL_MESSAGE_REQUEST_MODE. */
  encode(): Buffer {
    return MessageRequestModeSerializeWrapper.encode({ messageRequestModeMap: this.#modes })
  }

  /** Waits for what is being written. */
  close(): Promise<void> {
    return this.#file.close()
  }
}
