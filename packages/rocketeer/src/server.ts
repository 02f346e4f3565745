export * from '@rocketeer/server'
