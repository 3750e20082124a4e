using Engine.Api.Errors;
using Engine.V1;

namespace Engine.Api.Validation;

/// <summary>What a message may say. See content.proto, where every limit is written.</summary>
internal static class ContentRules
{
    public const int TextBytesMax = 65_536;

    private const int AttachmentsMax = 20;
    private const int ShortTextBytesMax = 255;
    private const int TitleBytesMax = 80;
    private const int PayloadBytesMax = 1_000;
    private const int FieldsMax = 50;
    private const int OptionsMax = 100;
    private const int EntryKeyBytesMax = 64;

    public static void Content(this ref Checker check, string field, Content? content, bool required)
    {
        if (content is null)
        {
            if (required) check.Given(field, content);
            return;
        }

        check.Enter(field);
        if (content.RichCase != V1.Content.RichOneofCase.None || content.Attachments.Count == 0)
            check.Text("text", content.Text).Required().AtMost(TextBytesMax);
        else
            check.Text("text", content.Text).AtMost(TextBytesMax);
        check.Rich(content);
        check.Count("attachments", content.Attachments.Count, 0, AttachmentsMax);
        for (var i = 0; i < Math.Min(content.Attachments.Count, AttachmentsMax); i++) check.Attachment(content.Attachments[i], i);
        check.Leave();
    }

    public static void Money(this ref Checker check, string field, Money? money)
    {
        if (money is null) return;
        check.Enter(field);
        check.Text("currency_code", money.CurrencyCode).Required().Currency();
        check.Number("nanos", money.Nanos, -999_999_999, 999_999_999);
        if ((money.Units > 0 && money.Nanos < 0) || (money.Units < 0 && money.Nanos > 0))
            check.Fault("nanos", FieldReasons.OutOfRange, "must have the sign of units");
        check.Leave();
    }

    private static void Attachment(this ref Checker check, Attachment attachment, int index)
    {
        check.Enter("attachments", index);
        check.Text("url", attachment.Url).Required().Url();
        check.Text("media_type", attachment.MediaType).MediaType();
        check.Number("size_bytes", attachment.SizeBytes, 0, long.MaxValue);
        check.Text("name", attachment.Name).AtMost(ShortTextBytesMax);
        check.Leave();
    }

    private static void Rich(this ref Checker check, Content content)
    {
        switch (content.RichCase)
        {
            case V1.Content.RichOneofCase.None: break;
            case V1.Content.RichOneofCase.QuickReplies: check.QuickReplies(content.QuickReplies); break;
            case V1.Content.RichOneofCase.Carousel: check.Carousel(content.Carousel); break;
            case V1.Content.RichOneofCase.ProductCard:
                check.Enter("product_card");
                check.Card(content.ProductCard);
                check.Leave();
                break;
            case V1.Content.RichOneofCase.Form: check.Form(content.Form); break;
            case V1.Content.RichOneofCase.Location: check.Location(content.Location); break;
            case V1.Content.RichOneofCase.Template: check.Template(content.Template); break;
            case V1.Content.RichOneofCase.InteractiveItem: check.InteractiveItem(content.InteractiveItem); break;
            case V1.Content.RichOneofCase.Choice:
                check.Enter("choice");
                check.Text("payload", content.Choice.Payload).AtMost(PayloadBytesMax);
                check.Leave();
                break;
            case V1.Content.RichOneofCase.FormSubmission: check.FormSubmission(content.FormSubmission); break;
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void QuickReplies(this ref Checker check, QuickReplies replies)
    {
        check.Enter("quick_replies");
        check.Count("replies", replies.Replies.Count, 1, 13);
        for (var i = 0; i < Math.Min(replies.Replies.Count, 13); i++)
        {
            check.Enter("replies", i);
            check.Text("title", replies.Replies[i].Title).Required().AtMost(TitleBytesMax);
            check.Text("payload", replies.Replies[i].Payload).AtMost(PayloadBytesMax);
            check.Text("image_url", replies.Replies[i].ImageUrl).Url();
            check.Leave();
        }

        check.Leave();
    }

    private static void Carousel(this ref Checker check, Carousel carousel)
    {
        check.Enter("carousel");
        check.Count("cards", carousel.Cards.Count, 1, 10);
        for (var i = 0; i < Math.Min(carousel.Cards.Count, 10); i++)
        {
            check.Enter("cards", i);
            check.Card(carousel.Cards[i]);
            check.Leave();
        }

        check.Leave();
    }

    private static void Card(this ref Checker check, ProductCard card)
    {
        check.Text("product_id", card.ProductId).AtMost(ShortTextBytesMax);
        check.Text("title", card.Title).Required().AtMost(ShortTextBytesMax);
        check.Text("subtitle", card.Subtitle).AtMost(ShortTextBytesMax);
        check.Money("price", card.Price);
        check.Text("image_url", card.ImageUrl).Url();
        check.Text("url", card.Url).Url();
        check.Count("buttons", card.Buttons.Count, 0, 3);
        for (var i = 0; i < Math.Min(card.Buttons.Count, 3); i++)
        {
            var button = card.Buttons[i];
            check.Enter("buttons", i);
            check.Text("title", button.Title).Required().AtMost(TitleBytesMax);
            if (button.ActionCase == Button.ActionOneofCase.Url) check.Text("url", button.Url).Required().Url();
            else if (button.ActionCase == Button.ActionOneofCase.Payload) check.Text("payload", button.Payload).AtMost(PayloadBytesMax);
            else check.Fault("action", FieldReasons.Required, "must be url or payload");
            check.Leave();
        }
    }

    private static void Form(this ref Checker check, Form form)
    {
        check.Enter("form");
        check.Text("form_id", form.FormId).Required().AtMost(ShortTextBytesMax);
        check.Text("title", form.Title).Required().AtMost(ShortTextBytesMax);
        check.Count("fields", form.Fields.Count, 1, FieldsMax);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(form.Fields.Count, FieldsMax); i++)
        {
            var field = form.Fields[i];
            check.Enter("fields", i);
            check.Text("key", field.Key).Required().AtMost(EntryKeyBytesMax);
            if (field.Key.Length > 0 && !keys.Add(field.Key)) check.Fault("key", FieldReasons.Duplicate, "stands in the form already");
            check.Text("label", field.Label).Required().AtMost(ShortTextBytesMax);
            check.Enum("type", (int)field.Type, (int)FormFieldType.Choice, required: true);
            if (field.Type == FormFieldType.Choice) check.Count("options", field.Options.Count, 1, OptionsMax);
            else if (field.Options.Count > 0) check.Fault("options", FieldReasons.NotAllowed, "are for a CHOICE field only");
            check.Leave();
        }

        check.Leave();
    }

    private static void FormSubmission(this ref Checker check, FormSubmission submission)
    {
        check.Enter("form_submission");
        check.Text("form_id", submission.FormId).Required().AtMost(ShortTextBytesMax);
        check.Count("values", submission.Values.Count, 0, FieldsMax);
        check.Entries("values", submission.Values, EntryKeyBytesMax, 4_096);
        check.Leave();
    }

    private static void Location(this ref Checker check, Location location)
    {
        check.Enter("location");
        check.Number("latitude", location.Latitude, -90.0, 90.0);
        check.Number("longitude", location.Longitude, -180.0, 180.0);
        check.Text("label", location.Label).AtMost(ShortTextBytesMax);
        check.Text("address", location.Address).AtMost(1_024);
        check.Leave();
    }

    private static void Template(this ref Checker check, Template template)
    {
        check.Enter("template");
        check.Text("template_name", template.TemplateName).Required().AtMost(ShortTextBytesMax);
        check.Text("language", template.Language).Language();
        check.Count("parameters", template.Parameters.Count, 0, FieldsMax);
        check.Entries("parameters", template.Parameters, EntryKeyBytesMax, 1_024);
        check.Leave();
    }

    private static void InteractiveItem(this ref Checker check, InteractiveItem item)
    {
        check.Enter("interactive_item");
        check.Text("title", item.Title).Required().AtMost(ShortTextBytesMax);
        if (item.GltfUrl.Length == 0 && item.UsdzUrl.Length == 0)
            check.Fault("gltf_url", FieldReasons.Required, "this or usdz_url must be given");
        check.Text("gltf_url", item.GltfUrl).Url();
        check.Text("usdz_url", item.UsdzUrl).Url();
        check.Text("poster_url", item.PosterUrl).Url();
        check.Text("product_id", item.ProductId).AtMost(ShortTextBytesMax);
        check.Leave();
    }
}
