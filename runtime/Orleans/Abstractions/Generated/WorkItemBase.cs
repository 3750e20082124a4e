namespace Orleans.Runtime.Generated;

/// <summary>A work item of the runtime's own.</summary>
internal abstract class WorkItemBase : WorkItem;
