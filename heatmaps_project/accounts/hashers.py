"""How secrets of machines are kept."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class SecretHasher(PBKDF2PasswordHasher):
    """
    For API clients' secrets, 128 random letters, and codes for a lost phone, 16 random digits: no
    stretching is needed against guesses of words.

    A person's password costs a third of a second of CPU; a token request costs 5 ms with this.
    """

    algorithm = "pbkdf2_sha256_secret"
    iterations = 10_000
