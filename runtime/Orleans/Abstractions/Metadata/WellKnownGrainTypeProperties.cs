namespace Orleans.Metadata;

/// <summary>Keys of grain type properties.</summary>
public static class WellKnownGrainTypeProperties
{
    public const string PlacementStrategy = "placement-strategy";
    public const string Unordered = "unordered";
    public const string IdleDeactivationPeriod = "idle-duration";
    public const string IndefiniteIdleDeactivationPeriodValue = "indefinite";
    public const string TypeName = "type-name";
    public const string FullTypeName = "full-type-name";
    public const string BindingPrefix = "binding";
    public const string BindingTypeKey = "type";
    public const string StreamBindingTypeValue = "stream";
    public const string StreamBindingPatternKey = "pattern";
    public const string StreamIdMapperKey = "streamid-mapper";
    public const string Reentrant = "reentrant";
    public const string MayInterleavePredicate = "may-interleave-predicate";
}
