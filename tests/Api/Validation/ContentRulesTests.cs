using Engine.V1;

namespace Engine.Api.Tests.Validation;

public sealed class ContentRulesTests
{
    private static readonly string Text255 = new('x', 255);
    private static readonly string Text256 = new('x', 256);

    private static readonly Dictionary<string, (Content Content, string[] Faults)> Cases = new()
    {
        ["text"] = (new Content { Text = "Where is my order?" }, []),
        ["text at the limit"] = (new Content { Text = new string('x', 65_536) }, []),
        ["text over the limit"] = (new Content { Text = new string('x', 65_537) }, ["content.text TOO_LONG"]),
        ["text over the limit in bytes, not in characters"] = (new Content { Text = new string('é', 32_769) }, ["content.text TOO_LONG"]),
        ["emoji at the limit"] = (new Content { Text = string.Concat(Enumerable.Repeat("😀", 16_384)) }, []),
        ["nothing at all"] = (new Content(), ["content.text REQUIRED"]),
        ["attachment without text"] = (new Content { Attachments = { Attachment() } }, []),
        ["attachment without URL"] = (
            new Content { Attachments = { Attachment(), Attachment(), new Attachment() } }, ["content.attachments[2].url REQUIRED"]),
        ["attachment by file URL"] = (new Content { Attachments = { Attachment("file:///etc/passwd") } }, ["content.attachments[0].url INVALID_FORMAT"]),
        ["attachment by script URL"] = (new Content { Attachments = { Attachment("javascript:alert(1)") } }, ["content.attachments[0].url INVALID_FORMAT"]),
        ["attachment URL with space"] = (new Content { Attachments = { Attachment("https://shop.example/a b") } }, ["content.attachments[0].url INVALID_FORMAT"]),
        ["attachment URL too long"] = (
            new Content { Attachments = { Attachment("https://shop.example/" + new string('a', 2_048)) } }, ["content.attachments[0].url TOO_LONG"]),
        ["attachment of negative size"] = (
            new Content { Attachments = { new Attachment { Url = "https://shop.example/a", SizeBytes = -1 } } },
            ["content.attachments[0].size_bytes OUT_OF_RANGE"]),
        ["attachment of no media type's form"] = (
            new Content { Attachments = { new Attachment { Url = "https://shop.example/a", MediaType = "png" } } },
            ["content.attachments[0].media_type INVALID_FORMAT"]),
        ["attachment of media type with parameter"] = (
            new Content { Attachments = { new Attachment { Url = "https://shop.example/a", MediaType = "text/plain; charset=utf-8" } } }, []),
        ["too many attachments"] = (
            new Content { Attachments = { Enumerable.Range(0, 21).Select(_ => Attachment()) } }, ["content.attachments TOO_MANY"]),
        ["rich item without text"] = (
            new Content { Location = new Location { Latitude = 38.7, Longitude = -9.1 } }, ["content.text REQUIRED"]),
        ["no quick reply"] = (Rich(c => c.QuickReplies = new QuickReplies()), ["content.quick_replies.replies REQUIRED"]),
        ["too many quick replies"] = (
            Rich(c => c.QuickReplies = new QuickReplies { Replies = { Enumerable.Range(0, 14).Select(_ => new QuickReply { Title = "Yes" }) } }),
            ["content.quick_replies.replies TOO_MANY"]),
        ["quick reply without title"] = (
            Rich(c => c.QuickReplies = new QuickReplies { Replies = { new QuickReply { Payload = "yes" } } }),
            ["content.quick_replies.replies[0].title REQUIRED"]),
        ["card deep in a carousel"] = (
            Rich(c => c.Carousel = new Carousel { Cards = { Card(), Card(x => x.Buttons.Add(new Button { Title = "Buy", Url = "ftp://shop.example" })) } }),
            ["content.carousel.cards[1].buttons[0].url INVALID_FORMAT"]),
        ["button without action"] = (
            Rich(c => c.ProductCard = Card(x => x.Buttons.Add(new Button { Title = "Buy" }))), ["content.product_card.buttons[0].action REQUIRED"]),
        ["price of mixed signs"] = (
            Rich(c => c.ProductCard = Card(x => x.Price = new Money { CurrencyCode = "EUR", Units = 1, Nanos = -1 })),
            ["content.product_card.price.nanos OUT_OF_RANGE"]),
        ["price of no currency"] = (
            Rich(c => c.ProductCard = Card(x => x.Price = new Money { CurrencyCode = "euro", Units = 1 })),
            ["content.product_card.price.currency_code INVALID_FORMAT"]),
        ["form at the limits"] = (Rich(c => c.Form = new Form { FormId = Text255, Title = Text255, Fields = { Field() } }), []),
        ["form over the limits"] = (
            Rich(c => c.Form = new Form { FormId = Text256, Title = Text256 }),
            ["content.form.form_id TOO_LONG", "content.form.title TOO_LONG", "content.form.fields REQUIRED"]),
        ["form with one key twice"] = (
            Rich(c => c.Form = new Form { FormId = "f", Title = "t", Fields = { Field(), Field() } }), ["content.form.fields[1].key DUPLICATE"]),
        ["form field without type"] = (
            Rich(c => c.Form = new Form { FormId = "f", Title = "t", Fields = { Field(f => f.Type = FormFieldType.Unspecified) } }),
            ["content.form.fields[0].type REQUIRED"]),
        ["form field of unknown type"] = (
            Rich(c => c.Form = new Form { FormId = "f", Title = "t", Fields = { Field(f => f.Type = (FormFieldType)77) } }),
            ["content.form.fields[0].type OUT_OF_RANGE"]),
        ["choice without options"] = (
            Rich(c => c.Form = new Form { FormId = "f", Title = "t", Fields = { Field(f => f.Type = FormFieldType.Choice) } }),
            ["content.form.fields[0].options REQUIRED"]),
        ["options without choice"] = (
            Rich(c => c.Form = new Form { FormId = "f", Title = "t", Fields = { Field(f => f.Options.Add("red")) } }),
            ["content.form.fields[0].options NOT_ALLOWED"]),
        ["answers too long"] = (
            Rich(c => c.FormSubmission = new FormSubmission { FormId = "f", Values = { ["size"] = new string('x', 4_097) } }),
            ["content.form_submission.values.size TOO_LONG"]),
        ["place off the earth"] = (
            Rich(c => c.Location = new Location { Latitude = 90.1, Longitude = double.NaN }),
            ["content.location.latitude OUT_OF_RANGE", "content.location.longitude OUT_OF_RANGE"]),
        ["template without name"] = (Rich(c => c.Template = new Template()), ["content.template.template_name REQUIRED"]),
        ["template in no language"] = (
            Rich(c => c.Template = new Template { TemplateName = "hello", Language = "pt_BR" }), ["content.template.language INVALID_FORMAT"]),
        ["interactive item without a model"] = (
            Rich(c => c.InteractiveItem = new InteractiveItem { Title = "Chair" }), ["content.interactive_item.gltf_url REQUIRED"]),
        ["interactive item"] = (
            Rich(c => c.InteractiveItem = new InteractiveItem { Title = "Chair", UsdzUrl = "https://shop.example/chair.usdz" }), []),
        ["choice payload too long"] = (
            Rich(c => c.Choice = new Choice { Payload = new string('x', 1_001) }), ["content.choice.payload TOO_LONG"]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Content_is_checked(string name)
    {
        var (content, faults) = Cases[name];
        var request = new SendMessageRequest { RequestId = "r", Conversation = "conversations/c", Content = content };
        Assert.Equal(faults, Rules.Faults(request));
    }

    private static Attachment Attachment(string url = "https://shop.example/a.png") => new() { Url = url, MediaType = "image/png" };

    private static Content Rich(Action<Content> set)
    {
        var content = new Content { Text = "What stands in for it" };
        set(content);
        return content;
    }

    private static ProductCard Card(Action<ProductCard>? change = null)
    {
        var card = new ProductCard { Title = "Chair" };
        change?.Invoke(card);
        return card;
    }

    private static FormField Field(Action<FormField>? change = null)
    {
        var field = new FormField { Key = "size", Label = "Size", Type = FormFieldType.Text };
        change?.Invoke(field);
        return field;
    }
}
