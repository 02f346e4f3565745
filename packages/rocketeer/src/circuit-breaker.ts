export * from '@rocketeer/toolkit/circuit-breaker'
