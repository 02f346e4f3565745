export { Server, type ServerOptions, startServer } from './start-server.js'
