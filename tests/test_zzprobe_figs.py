import pytest
from django.urls import reverse
from tests.addresses import MODELS, names, unnamed_routes
from tests.scene import make_scene
from tests.factories import make_user
from django.test import Client
@pytest.mark.django_db
def test_probe(settings):
    settings.LANGUAGE_CODE="en"
    print("@@",names()); print("@@",unnamed_routes())
    scene=make_scene()
    print("@@",set(MODELS)-set(scene.rows), set(scene.rows)-set(MODELS))
    roles=["agent","dispatcher","engineer","supervisor","planner","administrator"]
    for m in MODELS:
        out={}
        for r in roles:
            c=Client(raise_request_exception=False); c.force_login(make_user(r),backend="heatmaps_project.accounts.backends.RoleBackend")
            res=[]
            for page in ("changelist","add","change","history","delete"):
                try: url=reverse(f"admin:{m}_{page}", args=[scene.rows[m].pk] if page in("change","history","delete") and m in scene.rows else [])
                except Exception as e: res.append("-"); continue
                res.append(str(c.get(url).status_code))
            out[r]=" ".join(res)
        print("@@",m); [print("@@","   ",k,v) for k,v in out.items()]
