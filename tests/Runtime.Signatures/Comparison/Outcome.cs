using Engine.Runtime.Signatures.Tests.Metadata;

namespace Engine.Runtime.Signatures.Tests.Comparison;

/// <summary>What a comparison found, and how much it looked at.</summary>
internal sealed class Outcome
{
    public List<Difference> Differences { get; } = [];

    public int TypesCompared { get; set; }

    public int MembersCompared { get; set; }

    /// <summary>Members that the official side has and ours lacks, by type. That is allowed: we offer a part.</summary>
    public SortedDictionary<string, List<string>> NotOffered { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Those of them that whoever implements the type must supply: source that implements the type against ours
    /// would not compile against the official one.
    /// </summary>
    public List<string> ToImplement { get; } = [];

    public void AddNotOffered(string type, string member)
    {
        if (!NotOffered.TryGetValue(type, out var members))
        {
            NotOffered[type] = members = [];
        }

        members.Add(member);
    }

    public void Add(string subject, string facet, string? ours, string? official)
    {
        if (ours != official)
        {
            Differences.Add(new Difference(subject, facet, $"ours: {Show(ours)} | official: {Show(official)}"));
        }
    }

    public void AddFacets(
        string subject,
        IReadOnlyDictionary<string, string> ours,
        IReadOnlyDictionary<string, string> official)
    {
        foreach (var (name, value) in ours)
        {
            Add(subject, name, value, official.GetValueOrDefault(name));
        }
    }

    /// <summary>Nullability has to agree wherever both sides say something.</summary>
    public void AddNullability(string subject, ApiMember ours, ApiMember official, GenericNames? names)
    {
        foreach (var (our, their) in ours.Places.Zip(official.Places))
        {
            var ourFlags = new List<byte>();
            var theirFlags = new List<byte>();
            our.Type.CollectNullability(our.Flags.Rewound(), ourFlags);
            their.Type.CollectNullability(their.Flags.Rewound(), theirFlags);
            var agrees = our.Type.Text != their.Type.Text || ourFlags.Zip(theirFlags).All(pair =>
                pair.First == pair.Second
                || pair.First == NullableFlags.Oblivious
                || pair.Second == NullableFlags.Oblivious);
            if (!agrees)
            {
                Add(
                    subject,
                    $"nullability of {our.Where}",
                    our.Type.Render(our.Flags.Rewound(), names),
                    their.Type.Render(their.Flags.Rewound(), names));
            }
        }
    }

    private static string Show(string? value) => string.IsNullOrEmpty(value) ? "(none)" : value;
}
