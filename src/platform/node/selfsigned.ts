/** The maker of certificates, by itself: it is a bundle of its own, which only those load that ask for TLS. */
export { generate } from 'selfsigned';
