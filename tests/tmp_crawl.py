import re
from html.parser import HTMLParser
import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import make_user
from tests.scene import make_scene
from tests.test_access import TABLES, PAGES, pages_of, address_of
from heatmaps_project.models import User
pytestmark = pytest.mark.django_db

class P(HTMLParser):
    def __init__(s): super().__init__(); s.out=[]; s.skip=0
    def handle_starttag(s,t,a):
        if t in('script','style','code'): s.skip+=1
        for k,v in a:
            if k in('title','placeholder','aria-label','alt','data-label') and v: s.out.append(v)
            if k=='value' and t=='input' and dict(a).get('type') in('submit','button'): s.out.append(v)
    def handle_endtag(s,t):
        if t in('script','style','code'): s.skip-=1
    def handle_data(s,d):
        if not s.skip and d.strip(): s.out.append(' '.join(d.split()))

def test_x():
    scene=make_scene()
    owner=make_user('administrator',is_superuser=True,language='ru')
    c=Client(); c.force_login(owner,backend="heatmaps_project.accounts.backends.RoleBackend")
    found={}
    urls=[a for t in ('complaints_brand','spots_spot','feedback_message','axes_accessattempt') for a,_ in pages_of(t,scene)]
    urls+=[address_of(n,scene) for n,(_,m,_a) in PAGES.items() if m=='get' and 'tile' not in n]
    urls+=[reverse('admin:login'), '/', reverse('admin:logout')]
    for u in urls:
        r=c.get(u) if 'logout' not in u else c.post(u)
        if r.status_code!=200 or 'html' not in r['Content-Type']: print(u,r.status_code,r['Content-Type']); continue
        p=P(); p.feed(r.content.decode())
        for t in p.out:
            if re.search('[A-Za-z]{3,}',t): found.setdefault(t,u)
        if 'logout' in u: c.force_login(owner,backend="heatmaps_project.accounts.backends.RoleBackend")
    c2=Client(); r=c2.get(reverse('admin:login'),headers={'accept-language':'ru'}); p=P(); p.feed(r.content.decode()); print('LOGIN',p.out)
    for t,u in found.items(): print(repr(t[:200]),u)
