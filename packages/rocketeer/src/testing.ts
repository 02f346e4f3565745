export * from '@rocketeer/client/testing'
