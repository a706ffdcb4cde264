"""The closed set of labels: what a piece of a page's text can be, in three groups."""

from __future__ import annotations

from enum import StrEnum


class Group(StrEnum):
    """What an extractor should do with a text."""

    CONTENT = "content"
    OPTIONAL = "optional"
    BOILERPLATE = "boilerplate"


class Label(StrEnum):
    """What a piece of text is. `Label("body")` parses; `.group` and `.meaning` explain."""

    BODY = "body"
    LEAD = "lead"
    SUBHEADING = "subheading"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    QUESTION = "question"
    ANSWER = "answer"
    TABLE_CELL = "table_cell"
    LIVE_ENTRY = "live_entry"
    EMBED_QUOTE = "embed_quote"
    CAPTION_CONTENT = "caption_content"

    TITLE = "title"
    KICKER = "kicker"
    BYLINE = "byline"
    DATELINE = "dateline"
    DATE = "date"
    CAPTION = "caption"
    CREDIT = "credit"
    SOURCE_LINE = "source_line"
    LIVE_TIME = "live_time"
    EDITOR_NOTE = "editor_note"
    END_MARK = "end_mark"

    BREADCRUMB = "breadcrumb"
    NAV = "nav"
    SKIP_LINK = "skip_link"
    TICKER = "ticker"
    SHARE = "share"
    TOOLS = "tools"
    READ_ALSO = "read_also"
    RELATED = "related"
    PREV_NEXT = "prev_next"
    MOST_READ = "most_read"
    TAGS = "tags"
    ADS = "ads"
    NEWSLETTER = "newsletter"
    FOLLOW_US = "follow_us"
    APP_PROMO = "app_promo"
    COMMENTS = "comments"
    COMMENT_FORM = "comment_form"
    AUTHOR_BIO = "author_bio"
    COOKIE = "cookie"
    PAYWALL = "paywall"
    POPUP = "popup"
    CLOSE = "close"
    LEGAL = "legal"
    FOOTER = "footer"
    WIDGET = "widget"
    SEARCH = "search"
    LOGIN = "login"
    TOC = "toc"
    PLAYER = "player"
    NEXT_ARTICLE = "next_article"
    HIDDEN = "hidden"
    OTHER = "other"

    @property
    def group(self) -> Group:
        """Whether this text must come out, may come out or must not."""
        return _GROUPS[self]

    @property
    def meaning(self) -> str:
        """One line that tells an annotator when to use this label."""
        return _MEANINGS[self]


_MEANINGS: dict[Label, str] = {
    Label.BODY: "running text that this article's author wrote for this article",
    Label.LEAD: "standfirst or summary above the body, also outside its container",
    Label.SUBHEADING: "a heading inside the body",
    Label.LIST_ITEM: "an editorial list item inside the body",
    Label.QUOTE: "a block or pull quote of a source",
    Label.QUESTION: "a question of an interview or of a fatwa",
    Label.ANSWER: "an answer of an interview or of a fatwa",
    Label.TABLE_CELL: "a cell of an editorial table (prices, standings), its header cells included",
    Label.LIVE_ENTRY: "the text of a live-blog entry, its heading included",
    Label.EMBED_QUOTE: "visible text of an embedded post that the article relies on",
    Label.CAPTION_CONTENT: "a caption on a gallery page, where captions are the article",
    Label.TITLE: "the article's headline, once (copies take the label of where they stand)",
    Label.KICKER: "the short line above the headline",
    Label.BYLINE: "who wrote it, as a line of its own",
    Label.DATELINE: "city and agency as a line of their own",
    Label.DATE: "when it was published or changed; a fatwa's number",
    Label.CAPTION: "caption of a picture, video or table of the article",
    Label.CREDIT: "whose picture it is",
    Label.SOURCE_LINE: "where the text comes from (المصدر: …), as a line of its own",
    Label.LIVE_TIME: "the time of a live-blog entry",
    Label.EDITOR_NOTE: "an editor's note about this very article (a correction)",
    Label.END_MARK: "the mark that ends an agency text (انتهى, initials)",
    Label.BREADCRUMB: "the trail from the home page, the copy of the title in it included",
    Label.NAV: "menus, section links, language links, site name",
    Label.SKIP_LINK: "skip links, also around inserted boxes (تخطى … وواصل القراءة)",
    Label.TICKER: "the moving or breaking-news strip",
    Label.SHARE: "share buttons and their words",
    Label.TOOLS: "print, font size, reading time, view counts, copy link",
    Label.READ_ALSO: "a read-also line or box inside the body, linked or not, with its headlines",
    Label.RELATED: "related and recommended articles after or beside the body",
    Label.PREV_NEXT: "links to the previous and the next article",
    Label.MOST_READ: "most-read, latest and other lists of the site's articles",
    Label.TAGS: "tags and keywords",
    Label.ADS: "advertisements, their labels and sponsored disclosures",
    Label.NEWSLETTER: "newsletter sign-up and what it answers",
    Label.FOLLOW_US: "follow us on … (Google News, WhatsApp, social accounts)",
    Label.APP_PROMO: "promotion of an app, a podcast or a channel",
    Label.COMMENTS: "readers' comments, replies of a forum, and their headings",
    Label.COMMENT_FORM: "the form for a new comment and its rules",
    Label.AUTHOR_BIO: "box about the author, e-mail or account line",
    Label.COOKIE: "cookie and consent notices",
    Label.PAYWALL: "subscription offer in place of text",
    Label.POPUP: "fly-in box with its heading, teaser and x",
    Label.CLOSE: "a close button that stands alone",
    Label.LEGAL: "disclaimer, republishing or legal note, copyright line in the body",
    Label.FOOTER: "the page's foot, its links and copyright",
    Label.WIDGET: "weather, prayer times, currencies, polls, horoscope, live scores",
    Label.SEARCH: "search box",
    Label.LOGIN: "login and registration",
    Label.TOC: "table of contents",
    Label.PLAYER: "words of a video or audio player",
    Label.NEXT_ARTICLE: "a further whole article appended below",
    Label.HIDDEN: "text that inline style, the hidden attribute or well-known classes hide",
    Label.OTHER: "anything else; text under no mark counts as this",
}

_CONTENT_END = list(Label).index(Label.CAPTION_CONTENT)
_OPTIONAL_END = list(Label).index(Label.END_MARK)
_GROUPS: dict[Label, Group] = {
    label: Group.CONTENT if i <= _CONTENT_END else Group.OPTIONAL if i <= _OPTIONAL_END else Group.BOILERPLATE
    for i, label in enumerate(Label)
}
