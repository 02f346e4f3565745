import { Command } from 'commander'
import { addBroker } from './commands/broker.js'
import { addCluster } from './commands/cluster.js'
import { addConsume } from './commands/consume.js'
import { addGroup } from './commands/group.js'
import { addMessage } from './commands/message.js'
import { addNameserver } from './commands/nameserver.js'
import { addSend } from './commands/send.js'
import { addStart } from './commands/start.js'
import { addTopic } from './commands/topic.js'
import { CLI_VERSION } from './version.js'

/** All commands. Each loads its packages when it runs, so that `--help` stays fast. */
export function createProgram(): Command {
  const program = new Command('rocketeer')
    .description('RocketMQ for people who write TypeScript: run it, send, consume, look inside.')
    .version(CLI_VERSION)
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  rocketeer start                                   nameserver and broker on ./data
  rocketeer send orders '{"id":1}' --key 1          send one message
  rocketeer consume orders --group billing          print messages as they arrive
  rocketeer group show billing                      how far behind is the group?

Every command has --help. Commands that talk to a cluster take --nameservers host:port[;host:port]
or the environment variable NAMESRV_ADDR; 127.0.0.1:9876 is the default.`,
    )
  for (const add of [
    addStart,
    addNameserver,
    addBroker,
    addSend,
    addConsume,
    addTopic,
    addGroup,
    addMessage,
    addCluster,
  ]) {
    add(program)
  }
  return program
}
