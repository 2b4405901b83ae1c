"""Knowledge beside the lookup: look for words, and say whether an article helped."""

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from complaints.customers.reader import walls_of
from heatmaps_project.accounts.models import User
from heatmaps_project.desk.knowledge import transitions
from heatmaps_project.desk.knowledge.models import Article
from heatmaps_project.desk.knowledge.search import search
from heatmaps_project.desk.may import may_look_up


class WordsForm(forms.Form):
    words = forms.CharField(max_length=200)


class VoteForm(forms.Form):
    helped = forms.ChoiceField(choices=(("1", "1"), ("0", "0")))


@require_POST
@admin.site.admin_view
@may_look_up
def articles(request: HttpRequest) -> HttpResponse:
    """The articles that words are found in."""
    form = WordsForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    found = search(words, walls=walls_of(request), on=timezone.localdate())
    return render(request, "desk/articles.html", {"articles": found, "words": words})


@require_POST
@admin.site.admin_view
@may_look_up
def vote(request: HttpRequest, article_id: int) -> HttpResponse:
    """Take a vote, once per person and version; the last one counts."""
    form = VoteForm(request.POST)
    rows = Article.objects.within(walls_of(request)).valid(timezone.localdate())
    article = rows.filter(pk=article_id).first()
    if article is None or not form.is_valid():
        raise Http404
    assert isinstance(request.user, User)  # the site asks for a sign-in first
    helped = form.cleaned_data["helped"] == "1"
    transitions.vote(article, helped=helped, by=request.user, now=timezone.now())
    return render(request, "desk/voted.html", {"article": article})
