export { APACHE_VERSION, apacheLibrary } from './apache/apache-artifacts.js'
export { ApacheBroker, type ApacheBrokerOptions } from './apache/apache-broker.js'
export type { ApacheHeap } from './apache/apache-jvm.js'
export { ApacheNameserver } from './apache/apache-nameserver.js'
export type {
  BrokerProcess,
  BrokerProcessOptions,
  NameserverProcess,
  NameserverProcessOptions,
} from './broker-process.js'
export type { Rules } from './checker/rules.js'
export type { Fate, Moment, RunEvent } from './checker/run-events.js'
export { type Delivery, RunRecord } from './checker/run-record.js'
export { SeededRandom, seedsToRun } from './checker/seeded-random.js'
export { expectSound, judge, summaryOf, type Verdict } from './checker/verdict.js'
export { type EventuallyOptions, eventually } from './eventually.js'
export { freePort } from './free-port.js'
export { Gate } from './gate.js'
export { MariadbServer } from './mariadb-server.js'
export { ChildProgram, type ChildProgramOptions, type WaitOptions } from './process/child-program.js'
export { buildGo } from './process/go-program.js'
export { type JavaProgramOptions, loggingStatus, startJava } from './process/java-program.js'
export { type JsonLine, JsonLines } from './process/json-lines.js'
export { cacheDirectory, repositoryRoot } from './repository.js'
export { RocketeerBroker } from './rocketeer/rocketeer-broker.js'
export { startRocketeer } from './rocketeer/rocketeer-command.js'
export { RocketeerNameserver } from './rocketeer/rocketeer-nameserver.js'
export { TemporaryDirectory } from './temporary-directory.js'
