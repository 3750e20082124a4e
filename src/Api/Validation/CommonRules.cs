using Engine.Api.Errors;
using Engine.V1;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Api.Validation;

/// <summary>What requests of several areas have in common.</summary>
internal static class CommonRules
{
    public const int PageSizeMax = 1_000;
    public const int SkillLevelMax = 10;

    private const int RequestIdBytesMax = 128;
    private const int TagsMax = 50;
    private const int AttributesMax = 64;
    private const int AttributeKeyBytesMax = 64;
    private const int AttributeValueBytesMax = 4_096;
    private const int MaskPathsMax = 128;
    private const int RequiredSkillsMax = 20;
    private const string AttributePrefix = "attributes.";

    public static void RequestId(this ref Checker check, string value) =>
        check.Text("request_id", value).Required().AtMost(RequestIdBytesMax).Intact();

    public static void OptionalRequestId(this ref Checker check, string value) =>
        check.Text("request_id", value).AtMost(RequestIdBytesMax).Intact();

    public static void PageSize(this ref Checker check, int value) => check.Number("page_size", value, 0, PageSizeMax);

    public static void Version(this ref Checker check, string field, long value, long min) =>
        check.Number(field, value, min, long.MaxValue);

    public static void Tags(this ref Checker check, RepeatedField<string> tags)
    {
        check.Count("tags", tags.Count, 0, TagsMax);
        for (var i = 0; i < Math.Min(tags.Count, TagsMax); i++) check.Text("tags", tags[i], i).Required().Label();
    }

    public static void Attributes(this ref Checker check, MapField<string, string> attributes)
    {
        if (attributes.Count == 0) return;
        check.Count("attributes", attributes.Count, 0, AttributesMax);
        check.Entries("attributes", attributes, AttributeKeyBytesMax, AttributeValueBytesMax);
    }

    /// <summary>What an agent must know, each skill once.</summary>
    public static void RequiredSkills(this ref Checker check, RepeatedField<SkillRequirement> skills)
    {
        if (skills.Count == 0) return;
        check.Count("required_skills", skills.Count, 0, RequiredSkillsMax);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(skills.Count, RequiredSkillsMax); i++)
        {
            check.Enter("required_skills", i);
            check.Text("skill", skills[i].Skill).Required().Label();
            if (skills[i].Skill.Length > 0 && !names.Add(skills[i].Skill)) check.Duplicate("skill");
            check.Number("level_min", skills[i].LevelMin, 0, SkillLevelMax);
            check.Leave();
        }
    }

    /// <summary>Texts of one kind, none empty, each once.</summary>
    public static void Distinct(
        this ref Checker check, string field, RepeatedField<string> texts, int countMax, Func<TextCheck, TextCheck> kind)
    {
        if (texts.Count == 0) return;
        check.Count(field, texts.Count, 0, countMax);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(texts.Count, countMax); i++)
        {
            kind(check.Text(field, texts[i], i).Required());
            if (texts[i].Length > 0 && !seen.Add(texts[i])) check.Duplicate(field, i);
        }
    }

    public static void Duplicate(this ref Checker check, string field, int index = -1) =>
        check.Fault(field, FieldReasons.Duplicate, "stands in the list already", index);

    /// <summary>Keys of 1 byte or more, values that may be empty.</summary>
    public static void Entries(
        this ref Checker check, string field, MapField<string, string> entries, int keyBytesMax, int valueBytesMax)
    {
        if (entries.Count == 0) return;
        foreach (var (key, value) in entries)
        {
            var keyBytes = System.Text.Encoding.UTF8.GetByteCount(key);
            var valueBytes = System.Text.Encoding.UTF8.GetByteCount(value);
            if (keyBytes == 0)
                check.Fault(field, FieldReasons.Required, "a key must not be empty");
            else if (keyBytes > keyBytesMax)
                check.Fault(field, FieldReasons.TooLong, $"a key has at most {keyBytesMax} bytes, this one {keyBytes}", key: key, maximum: keyBytesMax);
            else if (key.Contains('\uFFFD'))
                check.Fault(field, FieldReasons.InvalidFormat, "is not the key that was meant: has U+FFFD", key: key);
            if (valueBytes > valueBytesMax)
                check.Fault(field, FieldReasons.TooLong, $"at most {valueBytesMax} bytes, has {valueBytes}", key: key, maximum: valueBytesMax);
        }
    }

    /// <summary>Checks a mask against the paths that can be updated; <c>attributes.KEY</c> goes with attributes.</summary>
    public static void Mask(this ref Checker check, FieldMask? mask, string[] allowed)
    {
        if (mask is null || mask.Paths.Count == 0)
        {
            check.Fault("update_mask", FieldReasons.Required, "must name what to change");
            return;
        }

        check.Count("update_mask.paths", mask.Paths.Count, 1, MaskPathsMax);
        for (var i = 0; i < Math.Min(mask.Paths.Count, MaskPathsMax); i++)
        {
            var path = mask.Paths[i];
            if (Array.IndexOf(allowed, path) >= 0) continue;
            if (Array.IndexOf(allowed, "attributes") >= 0 && path.StartsWith(AttributePrefix, StringComparison.Ordinal))
                check.Text("update_mask.paths", path[AttributePrefix.Length..], i).Required().AtMost(AttributeKeyBytesMax).Intact();
            else
                check.Fault("update_mask.paths", FieldReasons.UnknownPath, $"can be {string.Join(", ", allowed)}", i);
        }
    }

    /// <summary>Whether a mask names a field, or an entry of it.</summary>
    public static bool Names(this FieldMask? mask, string field)
    {
        if (mask is null) return false;
        foreach (var path in mask.Paths)
        {
            if (path == field || (path.Length > field.Length && path[field.Length] == '.' && path.StartsWith(field, StringComparison.Ordinal)))
                return true;
        }

        return false;
    }

    /// <summary>Any kind of author that a request may name at all; who may name which is a matter of roles.</summary>
    public static void Author(this ref Checker check, string field, AuthorType type)
    {
        if (type == AuthorType.System) check.Fault(field, FieldReasons.NotAllowed, "is the engine itself, for nobody else to name");
        else check.Enum(field, (int)type, (int)AuthorType.System);
    }
}
