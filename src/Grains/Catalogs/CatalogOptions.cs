using System.ComponentModel.DataAnnotations;

namespace Engine.Grains.Catalogs;

/// <summary>How catalogs are remembered and rolled out. All times are real time, whatever speed the engine's clock has.</summary>
public sealed class CatalogOptions
{
    /// <summary>After how long a silo asks for a newer catalog while it uses what it has.</summary>
    /// <value>Default 2,000 ms.</value>
    [Range(1, 60_000)]
    public int RefreshAfterMs { get; set; } = 2_000;

    /// <summary>
    /// After how long what was not confirmed is not used any more, unless the catalog does not answer: by then every silo
    /// knows a change.
    /// </summary>
    /// <value>Default 4,000 ms; at least <see cref="RefreshAfterMs"/>.</value>
    [Range(1, 60_000)]
    public int ForgetAfterMs { get; set; } = 4_000;

    /// <summary>
    /// How long a rollout waits after the change: when every silo knows it, nobody decides by the rules before it any more,
    /// so that what is computed anew stays so, and one pass is enough.
    /// </summary>
    /// <value>Default 6,000 ms; more than <see cref="ForgetAfterMs"/>, or conversations keep older rules until their next change.</value>
    [Range(1, 600_000)]
    public int RolloutAfterMs { get; set; } = 6_000;

    /// <summary>Workspaces remembered by one silo.</summary>
    /// <value>Default 10,000.</value>
    [Range(1, 1_000_000)]
    public int WorkspacesMax { get; set; } = 10_000;

    /// <summary>Conversations that one rollout computes at once.</summary>
    /// <value>Default 64.</value>
    [Range(1, 1_024)]
    public int RolloutParallel { get; set; } = 64;

    /// <summary>After how many conversations a rollout notes how far it came.</summary>
    /// <value>Default 10,000.</value>
    [Range(1, 1_000_000)]
    public int RolloutNoteEvery { get; set; } = 10_000;
}
