using Engine.Grains.Catalogs;
using Engine.Grains.Conversations;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Tests.Conversations;

public sealed class QueueChoiceTests
{
    private static readonly WorkspaceCatalog Rules = ShopCatalog.With(
    [
        new Queue { Name = "queues/by-name" },
        new Queue { Name = "queues/old", Archived = true, Match = new QueueMatch() },
        new Queue { Name = "queues/gold", Rank = 1, Match = new QueueMatch { CustomerTiers = { "gold", "platinum" }, Languages = { "pt" } } },
        new Queue { Name = "queues/returns", Rank = 2, Match = new QueueMatch { Tags = { "return", "refund" } } },
        new Queue { Name = "queues/brazil", Rank = 3, Match = new QueueMatch { Languages = { "pt-BR" } } },
        new Queue { Name = "queues/chat", Rank = 4, Match = new QueueMatch { Channels = { "web" } } },
        new Queue { Name = "queues/rest", Rank = 5, Match = new QueueMatch() },
        new Queue { Name = "queues/never", Rank = 6, Match = new QueueMatch() },
    ]);

    [Theory]
    [InlineData("email", "", "", "", "rest")]
    [InlineData("web", "", "", "", "chat")]
    [InlineData("web", "pt", "gold", "", "gold")]
    [InlineData("web", "pt-BR", "platinum", "return", "gold")]
    [InlineData("web", "en", "gold", "return", "returns")]
    [InlineData("email", "PT-br", "", "", "brazil")]
    [InlineData("email", "pt", "", "", "rest")]
    [InlineData("email", "ptx", "gold", "", "rest")]
    public void Choose_NothingNamed_FirstByRankThatFits(string channel, string language, string tier, string tag, string expected)
    {
        var data = new ConversationSummary { Language = language, CustomerTier = tier };
        if (tag.Length > 0) data.Tags.Add(tag);
        Assert.Equal(expected, QueueChoice.Choose(Rules, "", "", channel, data).Change);
    }

    [Fact]
    public void Choose_Named_Taken_though_another_fits() =>
        Assert.Equal("by-name", QueueChoice.Choose(Rules, "queues/by-name", "", "web", new()).Change);

    [Theory]
    [InlineData("queues/missing")]
    [InlineData("queues/old")]
    [InlineData("chat")]
    [InlineData("queues/")]
    public void Choose_NamedUnknownOrArchived_UnknownQueue(string name)
    {
        var rejection = QueueChoice.Choose(Rules, name, "", "web", new()).Rejection!;
        Assert.Equal((RejectionKind.Invalid, "UNKNOWN_QUEUE", "queue"), (rejection.Kind, rejection.Reason, rejection.Fields.Single().Field));
    }

    [Theory]
    [InlineData("by-name", "by-name")]
    [InlineData("old", "")]
    [InlineData("missing", "")]
    public void Choose_NothingFits_The_predecessors_if_it_takes_anything(string usual, string expected)
    {
        var rules = ShopCatalog.With([.. Rules.Queues.Where(q => q.Match is null || q.Archived)]);
        Assert.Equal(expected, QueueChoice.Choose(rules, "", usual, "web", new()).Change);
    }
}
