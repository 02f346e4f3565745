import { isIPv6 } from 'node:net'
import type { Logger } from '@rocketeer/foundation'

/** Warns that whoever can reach a server may do everything with it; silent when only this machine can. */
export function warnOfOpenHost(logger: Logger, host: string, ports: readonly number[]): void {
  if (isLoopback(host)) return
  const where = isAny(host) ? `all addresses of this machine (${host})` : host
  logger.warn(
    {},
    `listening on ${where}, and nothing protects it: there is no access control yet, so whoever reaches port ` +
      `${ports.join(' or ')} can read, send and delete. --host 127.0.0.1 lets in this machine only, --host with an address of ` +
      'this machine only what reaches that one; keep others out with a firewall.',
  )
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || /^[0:]+$/.test(host)
}

function isLoopback(host: string): boolean {
  if (isIPv6(host)) return /^(::1|(0+:){7}0*1|::ffff:127\.\d+\.\d+\.\d+)$/i.test(host)
  return host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
