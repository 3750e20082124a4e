using Engine.Api.Errors;
using Engine.Api.Paging;

namespace Engine.Api.Tests.Tokens;

public sealed class PageCursorTests
{
    private static readonly ulong List = PageCursor.Fingerprint("conversations", "shop", "filter");

    [Fact]
    public void Cursor_comes_back()
    {
        var cursor = new PageCursor(638_000_000_000_000_000, 12, "c-1");
        Assert.Equal(cursor, PageCursor.Parse(cursor.ToToken(List), List));
    }

    [Fact]
    public void No_token_is_the_first_page() => Assert.Null(PageCursor.Parse("", List));

    [Fact]
    public void Token_of_another_list_is_refused() => Refused(new PageCursor(1, 2, "c").ToToken(PageCursor.Fingerprint("conversations", "shop", "other")));

    [Fact]
    public void Parts_of_a_fingerprint_do_not_run_together() =>
        Assert.NotEqual(PageCursor.Fingerprint("ab", "c"), PageCursor.Fingerprint("a", "bc"));

    [Fact]
    public void Changed_token_is_refused()
    {
        var token = new PageCursor(1, 2, "c-1").ToToken(List);
        for (var i = 0; i < token.Length - 1; i++) Refused(token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..]);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("====")]
    [InlineData("AAAA")]
    public void Garbage_is_refused(string token) => Refused(token);

    private static void Refused(string token)
    {
        var rejection = Assert.Throws<RejectedException>(() => PageCursor.Parse(token, List)).Rejection;
        Assert.Equal("INVALID_PAGE_TOKEN", rejection.Reason);
        Assert.Equal("page_token", Assert.Single(rejection.Fields).Field);
    }
}
