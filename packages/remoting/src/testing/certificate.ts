/** Made for the tests alone, for localhost and 127.0.0.1; nothing trusts it. Valid for a hundred years from 2020. */
export const testKey = `-----BEGIN PRIVATE KEY-----
MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCDWKzHoPAwWqysJTNGf
5x3umvaQGo1gR5ogohqIXQt0yg==
-----END PRIVATE KEY-----`

export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBXjCCAQOgAwIBAgIIIIkNvj7ChmYwCgYIKoZIzj0EAwIwFDESMBAGA1UEAxMJ
bG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMTkxMjA4MDAwMDAwWjAUMRIw
EAYDVQQDEwlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARtRTP8
GaqzJrSm6yBX0sGwBK+fYnVpiFCyXvpI3jBKh7wnrng2vsAH4NKGJR9Ltfd/VLwv
dIv3A3P+0BVHjiEKoz0wOzAdBgNVHQ4EFgQU6u2tvbNLww4WlVgQlAeXTW3aSPQw
GgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMCA0kAMEYCIQCP
b3Hxxv05XuaD4uzDu6TiclnKeJeIvH+cp2aVxkBRvQIhAL9crJfnQ8/SkxDdfkNI
TuZMzqLSxWzPAflTZszn6nze
-----END CERTIFICATE-----`
