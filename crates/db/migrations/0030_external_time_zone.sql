-- Where somebody is who signs in with an account elsewhere: a new account begins with their days. NULL: not known.
ALTER TABLE external_sign_ins ADD COLUMN time_zone TEXT;
