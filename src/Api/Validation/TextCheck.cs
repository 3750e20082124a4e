using System.Text;
using Engine.Api.Errors;

namespace Engine.Api.Validation;

/// <summary>
/// Checks of one text, chained; a text has one fault at most, the first. An empty text passes every check but
/// <see cref="Required"/>. Lengths are bytes of UTF-8.
/// </summary>
internal ref struct TextCheck
{
    private readonly ref Checker _checker;
    private readonly string _field;
    private readonly string _value;
    private readonly int _index;
    private bool _isDone;

    public TextCheck(ref Checker checker, string field, string value, int index)
    {
        _checker = ref checker;
        _field = field;
        _value = value;
        _index = index;
    }

    public TextCheck Required() => _value.Length == 0 ? Fault(FieldReasons.Required, "must be given") : this;

    public TextCheck AtMost(int bytesMax)
    {
        // A UTF-16 unit is at most three bytes of UTF-8, so most texts need no counting.
        if (_isDone || _value.Length * 3L <= bytesMax) return this;
        var bytes = Encoding.UTF8.GetByteCount(_value);
        return bytes > bytesMax ? Fault(FieldReasons.TooLong, $"at most {bytesMax} bytes, has {bytes}", bytesMax) : this;
    }

    /// <summary>
    /// Refuses U+FFFD. What a decoder puts in place of broken bytes is the same for different bytes, so it must not stand
    /// in a text that tells things apart.
    /// </summary>
    public TextCheck Intact() =>
        !_isDone && _value.Contains('\uFFFD') ? Fault(FieldReasons.InvalidFormat, "is not the text that was meant: has U+FFFD") : this;

    public TextCheck Customer() => Shaped(Formats.IsCustomerName, "must be customers/{customer}");

    public TextCheck Conversation() => Shaped(Formats.IsConversationName, "must be conversations/{conversation}");

    public TextCheck Agent() => Shaped(Formats.IsAgentName, "must be agents/{agent}");

    public TextCheck Queue() => Shaped(Formats.IsQueueName, "must be queues/{queue}");

    public TextCheck SlaPolicy() => Shaped(Formats.IsSlaPolicyName, "must be slaPolicies/{sla_policy}");

    public TextCheck Calendar() => Shaped(Formats.IsCalendarName, "must be calendars/{calendar}");

    public TextCheck Offer() => Shaped(Formats.IsOfferName, "must be agents/{agent}/offers/{offer}");

    public TextCheck Key() => Shaped(Formats.IsKeyName, "must be keys/{key}");

    public TextCheck Workspace() => Shaped(Formats.IsWorkspaceName, "must be workspaces/{workspace}");

    public TextCheck WorkspaceId() =>
        Shaped(Formats.IsWorkspaceId, "must be 3 to 40 lower-case letters, digits or '-', beginning with a letter");

    public TextCheck Id() => Shaped(Formats.IsId, "must be 1 to 63 lower-case letters, digits or '-'");

    public TextCheck Channel() => Shaped(Formats.IsChannel, "must be 1 to 32 lower-case letters, digits or '-', beginning with a letter");

    public TextCheck Label() => Shaped(Formats.IsLabel, "must be 1 to 64 lower-case letters, digits, '-', '_', ':' or '.'");

    public TextCheck Word() => Shaped(Formats.IsWord, "must be 1 to 64 lower-case letters, digits, '-' or '_'");

    public TextCheck Language() => Shaped(Formats.IsLanguage, "must be a BCP 47 language tag");

    public TextCheck Url() => AtMost(Formats.UrlBytesMax).Shaped(Formats.IsUrl, "must be an http or https URL");

    public TextCheck MediaType() => AtMost(127).Shaped(Formats.IsMediaType, "must be type/subtype");

    public TextCheck PhoneNumber() => Shaped(Formats.IsPhoneNumber, "must be '+' and 5 to 15 digits");

    public TextCheck Currency() => Shaped(Formats.IsCurrency, "must be three capital letters");

    private TextCheck Shaped(Func<string, bool> isGood, string text) =>
        _isDone || _value.Length == 0 || isGood(_value) ? this : Fault(FieldReasons.InvalidFormat, text);

    private TextCheck Fault(string reason, string text, long? maximum = null)
    {
        if (!_isDone) _checker.Fault(_field, reason, text, _index, maximum: maximum);
        _isDone = true;
        return this;
    }
}
