export * from '@rocketeer/client'
export * from '@rocketeer/server'
