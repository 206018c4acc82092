export type { CredentialFault, SignInResult, SignInState, SignOutChoice, SignOutResult, UserService } from './models.ts';
export { createUserService, type Identity, type PersonalThings, type UserServiceDeps } from './service.ts';
