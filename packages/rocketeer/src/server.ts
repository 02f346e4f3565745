export { Server, type ServerOptions, startServer } from '@rocketeer/server'
