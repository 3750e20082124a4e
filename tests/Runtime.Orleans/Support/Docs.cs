namespace Engine.Runtime.Orleans.Tests.Support;

/// <summary>The pages of the documentation that behaviours are checked against.</summary>
internal static class Docs
{
    private const string Root = "https://learn.microsoft.com/dotnet/orleans/";
    public const string Scheduling = Root + "grains/request-scheduling";
    public const string Scheduler = Root + "implementation/scheduler";
    public const string ExternalTasks = Root + "grains/external-tasks-and-grains";
    public const string OneWay = Root + "grains/oneway";
    public const string Delivery = Root + "implementation/messaging-delivery-guarantees";
    public const string Cancellation = Root + "grains/cancellation-tokens";
    public const string RequestContext = Root + "grains/request-context";
    public const string Copying = Root + "host/configuration-guide/serialization-immutability";
    public const string Serialization = Root + "host/configuration-guide/serialization";
    public const string Identity = Root + "grains/grain-identity";
    public const string References = Root + "grains/grain-references";
    public const string Lifecycle = Root + "grains/grain-lifecycle";
    public const string Collection = Root + "host/configuration-guide/activation-collection";
    public const string Timers = Root + "grains/timers-and-reminders";
    public const string Persistence = Root + "grains/grain-persistence";
    public const string Streams = Root + "streaming/streams-programming-apis";
    public const string Observers = Root + "grains/observers";
    public const string Grains = Root + "grains/";
    public const string Filters = Root + "grains/interceptors";
    public const string Clients = Root + "host/client";
    public const string SiloLifecycle = Root + "host/silo-lifecycle";
    public const string StartupTasks = Root + "host/configuration-guide/startup-tasks";
    public const string Testing = Root + "implementation/testing";
    public const string Management = Root + "host/monitoring/";
}
