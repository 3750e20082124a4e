namespace Orleans.Runtime.Messaging;

/// <summary>Says which silo a grain lives on.</summary>
internal interface IGrainLocator
{
    /// <summary>The silo; null for this one.</summary>
    SiloAddress? Locate(GrainId grainId);
}
