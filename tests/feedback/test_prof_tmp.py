import cProfile, pstats, time, pytest
from tests.feedback.conftest import *
from tests.factories import *
from feedback.notifications import delivery
pytestmark = pytest.mark.django_db
def test_p(smsc):
    t=time.time()
    spot = make_fixed_spot(*(make_customer() for _ in range(100)))
    for complaint in spot.memberships.all():
        make_message(customer=complaint.complaint.customer, case=spot, text="Fixed")
    print("made", time.time()-t)
    p=cProfile.Profile(); p.enable(); t=time.time()
    delivery.send_messages(now=NOW)
    p.disable(); print("sent", time.time()-t)
    pstats.Stats(p).sort_stats("tottime").print_stats(18)
