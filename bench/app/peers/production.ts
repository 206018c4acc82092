// Imported before the peer: several check their own use in development, and measure slower than what their users ship.
process.env['NODE_ENV'] = 'production';
