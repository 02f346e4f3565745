import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { json } from 'node:stream/consumers'

/** Handles one request; resolves to the status and the body of the answer. */
export type Answer = (
  path: string,
  body: Record<string, unknown>,
) => Promise<{ status: number; body?: object }>

/** An HTTP service on this machine that takes and gives JSON. What `answer` throws becomes a 500. */
export async function listen(port: number, answer: Answer): Promise<Server> {
  const server = createServer((request, response) => {
    void reply(request, answer).then(({ status, body = {} }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return server
}

async function reply(request: IncomingMessage, answer: Answer): ReturnType<Answer> {
  try {
    const body = request.method === 'POST' ? ((await json(request)) as Record<string, unknown>) : {}
    return await answer(request.url ?? '/', body)
  } catch (error) {
    return { status: 500, body: { error: String(error) } }
  }
}

export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
