import {
  defineErrors,
  defineRefusals,
  errorRow,
  type Logger,
  refusalRow,
  silentLogger,
} from '@rocketeer/foundation'
import {
  type Command,
  defineCommand,
  type Frame,
  int32,
  ONEWAY_FLAG,
  RequestCode,
  ResponseCode,
  Serialization,
} from '@rocketeer/protocol'
import { describe, expect, it } from 'vitest'
import type { Reply, Request } from './request.js'
import { route } from './route.js'
import { type Answerable, type RequestObserved, type RequestSource, Router } from './router.js'

const command = defineCommand({
  code: RequestCode.GET_MAX_OFFSET,
  request: { queueId: int32() },
  response: { offset: int32() },
})

const errors = defineErrors({
  NO_SUCH_TOPIC: errorRow<object>({
    message: () => 'make it first',
    responseCode: ResponseCode.TOPIC_NOT_EXIST,
  }),
  BROKEN: errorRow<object>({ message: () => 'a disk is gone' }),
})

class RecordingSource {
  readonly replies: { request: Answerable; reply: Reply; command: Command | undefined }[] = []
  open = 0
  closed = false
  remoteAddress = '127.0.0.1:1'
  failures = 0
  respond(request: Answerable, reply: Reply, answered: Command | undefined) {
    if (this.failures-- > 0) throw new Error('cannot be encoded')
    this.replies.push({ request, reply, command: answered })
  }
  keepOpen() {
    this.open++
  }
  release() {
    this.open--
  }
}

function frame(overrides: Partial<Frame> = {}): Frame {
  return {
    code: command.code,
    language: 0,
    version: 500,
    opaque: 7,
    flag: 0,
    remark: undefined,
    serialization: Serialization.JSON,
    fields: { kind: 'json', fields: { queueId: '3' } },
    body: Buffer.alloc(0),
    ...overrides,
  }
}

type Answer = (request: Request) => Reply | Promise<Reply>

function handle(answer: Answer, of: Frame = frame(), source = new RecordingSource(), logger = silentLogger) {
  const router = new Router([route(command, answer as never)], { logger })
  router.handle(of, source as unknown as RequestSource)
  return source
}

describe('Router', () => {
  it('answers at once when the handler does', () => {
    const source = handle(({ fields }) => ({
      fields: { offset: (fields as { queueId: number }).queueId } as never,
    }))
    expect(source.replies).toMatchObject([
      { request: { opaque: 7 }, reply: { fields: { offset: 3 } }, command },
    ])
  })

  it('counts a request as open until its promise is settled', async () => {
    let answer!: (reply: Reply) => void
    const source = handle(() => new Promise((resolve) => (answer = resolve)))
    expect([source.open, source.replies.length]).toEqual([1, 0])
    answer({ remark: 'late' })
    await Promise.resolve()
    expect(source.open).toBe(0)
    expect(source.replies).toMatchObject([{ request: { opaque: 7 }, reply: { remark: 'late' } }])
  })

  it('turns a typed error into its response code, thrown or rejected', async () => {
    const wanted = [{ reply: { code: ResponseCode.TOPIC_NOT_EXIST, remark: 'make it first' } }]
    const thrown = handle(() => {
      throw errors.NO_SUCH_TOPIC({})
    })
    expect(thrown.replies).toMatchObject(wanted)
    const rejected = handle(() => Promise.reject(errors.NO_SUCH_TOPIC({})))
    await new Promise(setImmediate)
    expect(rejected.replies).toMatchObject(wanted)
    expect(rejected.open).toBe(0)
  })

  it('turns a result into an answer by the toReply of the route, also when toReply throws', async () => {
    const toReply = (result: number) => {
      if (result < 0) throw errors.NO_SUCH_TOPIC({})
      return { fields: { offset: result } }
    }
    const source = new RecordingSource()
    for (const result of [1, Promise.resolve(2), Promise.resolve(-1)]) {
      const router = new Router([route(command, () => result, toReply)])
      router.handle(frame(), source as unknown as RequestSource)
    }
    await new Promise(setImmediate)
    expect(source.replies).toMatchObject([
      { reply: { fields: { offset: 1 } } },
      { reply: { fields: { offset: 2 } } },
      { reply: { code: ResponseCode.TOPIC_NOT_EXIST } },
    ])
    expect(source.open).toBe(0)
  })

  it('answers a refusal with its header fields', () => {
    const refusals = defineRefusals({
      FORBIDDEN: refusalRow<object>({
        message: () => 'not you',
        responseCode: ResponseCode.NO_PERMISSION,
        fields: { offset: 5 },
      }),
    })
    const source = handle(() => {
      throw refusals.FORBIDDEN({})
    })
    const reply = { code: ResponseCode.NO_PERMISSION, remark: 'not you', fields: { offset: 5 } }
    expect(source.replies).toMatchObject([{ reply }])
  })

  it('turns any other error into SYSTEM_ERROR and logs it', () => {
    const logged: object[] = []
    const logger: Logger = { ...silentLogger, error: (facts) => logged.push(facts) }
    for (const error of [errors.BROKEN({}), new TypeError('undefined is not a function')]) {
      const source = handle(
        () => {
          throw error
        },
        frame(),
        new RecordingSource(),
        logger,
      )
      expect(source.replies[0]?.reply.code).toBe(ResponseCode.SYSTEM_ERROR)
      expect(source.replies[0]?.reply.remark).toContain(error.message)
    }
    expect(logged).toMatchObject([{ command: 'GET_MAX_OFFSET' }, { command: 'GET_MAX_OFFSET' }])
  })

  it('answers a header that lacks a field with an error, without calling the handler', () => {
    const source = handle(
      () => {
        throw new Error('must not be called')
      },
      frame({ fields: { kind: 'json', fields: {} } }),
    )
    expect(source.replies[0]?.reply).toMatchObject({
      code: ResponseCode.SYSTEM_ERROR,
      remark: expect.stringContaining('queueId'),
    })
  })

  it('names an unknown code in every answer and once in the log', () => {
    const warnings: string[] = []
    const logger: Logger = { ...silentLogger, warn: (_, message) => warnings.push(message) }
    const router = new Router([], { logger })
    const source = new RecordingSource()
    for (let i = 0; i < 3; i++) router.handle(frame({ code: RequestCode.POP_MESSAGE }), source as never)
    router.handle(frame({ code: 31_000, flag: ONEWAY_FLAG }), source as never)
    expect(source.replies.length).toBe(3)
    expect(source.replies[0]?.reply).toMatchObject({
      code: ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
      remark: expect.stringContaining('POP_MESSAGE'),
    })
    expect(warnings).toEqual([
      'request code not supported: POP_MESSAGE',
      'request code not supported: code 31000',
    ])
  })

  it('adds the reason why a code is not supported, if there is one', () => {
    const reasons = new Map([[RequestCode.AUTH_LIST_USER, 'there are no users here']])
    const source = new RecordingSource()
    const request = frame({ code: RequestCode.AUTH_LIST_USER })
    new Router([], { reasons }).handle(request, source as never)
    expect(source.replies[0]?.reply).toEqual({
      code: ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
      remark: 'request code not supported: AUTH_LIST_USER (3005): there are no users here',
    })
  })

  it('never answers a one-way request', async () => {
    const oneway = frame({ flag: ONEWAY_FLAG })
    expect(handle(() => ({}), oneway).replies).toEqual([])
    expect(handle(() => Promise.reject(new Error('x')), oneway).replies).toEqual([])
    const broken = handle(() => {
      throw new Error('x')
    }, oneway)
    await new Promise(setImmediate)
    expect(broken.replies).toEqual([])
  })

  it('does not answer over a connection that has closed', async () => {
    const source = new RecordingSource()
    handle(() => Promise.resolve({}), frame(), source)
    source.closed = true
    await new Promise(setImmediate)
    expect([source.replies.length, source.open]).toEqual([0, 0])
  })

  it('answers with an error when the reply cannot be encoded', () => {
    const source = new RecordingSource()
    source.failures = 1
    handle(() => ({}), frame(), source)
    expect(source.replies).toMatchObject([{ reply: { code: ResponseCode.SYSTEM_ERROR }, command: undefined }])
  })

  it('does not keep the receive buffer alive while a request waits', () => {
    let waiting: Request | undefined
    const chunk = Buffer.alloc(65_536)
    const { body } = frame({ body: chunk.subarray(100, 100) })
    handle((request) => {
      waiting = request
      return new Promise(() => {})
    }, frame({ body }))
    expect(body.buffer).toBe(chunk.buffer)
    expect(waiting?.body.length).toBe(0)
    expect(waiting?.body.buffer).not.toBe(chunk.buffer)
  })

  it('reports every request to the observer', async () => {
    const observed: RequestObserved[] = []
    const answer = (request: Request) => {
      if (request.oneway) throw errors.NO_SUCH_TOPIC({})
      return Promise.resolve({})
    }
    const router = new Router([route(command, answer as never)], {
      observe: (facts) => observed.push(facts),
    })
    const source = new RecordingSource()
    router.handle(frame(), source as never)
    router.handle(frame({ flag: ONEWAY_FLAG }), source as never)
    await new Promise(setImmediate)
    expect(observed.map(({ command, responseCode }) => [command, responseCode])).toEqual([
      ['GET_MAX_OFFSET', ResponseCode.TOPIC_NOT_EXIST],
      ['GET_MAX_OFFSET', ResponseCode.SUCCESS],
    ])
    expect(observed.every(({ durationMs }) => durationMs >= 0)).toBe(true)
  })
})
