import pytest
from django.db import connection

from complaints.customers import cipher, personal
from complaints.models import Customer
from tests.factories import make_customer


@pytest.mark.django_db
def test_a_phone_is_ciphertext_in_the_database_and_text_in_python():
    customer = make_customer(phone="+79161234567")

    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM complaints_customer WHERE id = %s", [customer.pk])
        stored = bytes(cursor.fetchone()[0])

    assert b"9161234567" not in stored
    assert Customer.objects.get(pk=customer.pk).phone == "+79161234567"


def test_an_old_key_still_decrypts_after_a_new_one_was_put_first():
    old = {"k1": "A" * 43 + "="}
    new = {"k2": "B" * 42 + "E=", **old}
    sealed = cipher.Cipher(old).encrypt("Иван")

    assert cipher.Cipher(new).decrypt(sealed) == "Иван"
    with pytest.raises(cipher.UnknownKeyError):
        cipher.Cipher({"k2": new["k2"]}).decrypt(sealed)


def test_many_texts_at_once_each_have_a_nonce_of_their_own():
    texts = ["Иван", "", None, "Иван", "+79261234512"] * 20

    sealed = personal.encrypted_all(texts)

    assert [one and personal.current_cipher().decrypt(one) for one in sealed] == [
        text or None for text in texts
    ]
    filled = [one for one in sealed if one]
    names = {one[: 1 + one[0]] for one in filled}
    nonces = {one[1 + one[0] : 1 + one[0] + cipher.NONCE_BYTES] for one in filled}
    assert (len(names), len(nonces)) == (1, len(filled))


@pytest.mark.parametrize(
    ("phone", "shown"), [("+79261234512", "+7 926 ***-**-12"), ("", ""), ("+7916", "***")]
)
def test_a_phone_is_masked(phone, shown):
    assert personal.masked_phone(phone) == shown


def test_a_text_is_shown_without_phones_and_addresses_of_mail():
    text = "Звоните +7 926 123-45-67 или пишите ivan@example.org, карта 2200 1234 5678 9010"

    shown = personal.scrubbed(text)

    assert shown == "Звоните ••• или пишите •••, карта •••"


@pytest.mark.parametrize(
    "written",
    [
        "8.926.123.45.67",
        "8–926–123–45–67",  # as a phone's keyboard writes it
        "+7\u00a0926\u00a0123\u00a045\u00a067",
        "8/926/123/45/67",
        "8_926_1234567",
        "8 (926)\n123 45 67",
    ],
)
def test_a_phone_is_hidden_however_its_digits_are_parted(written):
    assert personal.scrubbed(f"мой номер {written}, звоните") == "мой номер •••, звоните"


@pytest.mark.parametrize(
    "text", ["с 12.05.2026 по 14.05.2026", "10.30-11.45", "192.168.1.1", "0.5, 1.2, 3.4 Мбит/с"]
)
def test_days_hours_and_measurements_stay(text):
    assert personal.scrubbed(text) == text
