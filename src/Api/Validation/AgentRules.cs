using Engine.V1;

namespace Engine.Api.Validation;

/// <summary>Requests of AgentService.</summary>
internal static class AgentRules
{
    private const int DisplayNameBytesMax = 255;
    private const int SkillsMax = 100;
    private const int LanguagesMax = 20;
    private const int QueuesMax = 20;
    private const int ChannelsMax = 20;
    private const int CapacityUnitsMax = 10_000;

    private static readonly string[] UpdatePaths = ["display_name", "skills", "languages", "capacity_units", "queues", "channels"];

    public static void Check(CreateAgentRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("agent_id", request.AgentId).Id();
        if (request.Agent is { } agent)
        {
            check.Enter("agent");
            check.Text("display_name", agent.DisplayName).AtMost(DisplayNameBytesMax);
            check.Skills(agent);
            check.Languages(agent);
            check.Number("capacity_units", agent.CapacityUnits, 0, CapacityUnitsMax);
            check.Queues(agent);
            check.Channels(agent);
            check.Leave();
        }

        check.ThrowIfFaulty();
    }

    public static void Check(GetAgentRequest request)
    {
        var check = new Checker();
        check.Text("name", request.Name).Required().Agent();
        check.ThrowIfFaulty();
    }

    /// <summary>Values that the mask does not name are ignored, right or wrong.</summary>
    public static void Check(UpdateAgentRequest request)
    {
        var check = new Checker();
        var mask = request.UpdateMask;
        check.RequestId(request.RequestId);
        if (check.Given("agent", request.Agent))
        {
            var agent = request.Agent;
            check.Enter("agent");
            check.Text("name", agent.Name).Required().Agent();
            if (mask.Names("display_name")) check.Text("display_name", agent.DisplayName).AtMost(DisplayNameBytesMax);
            if (mask.Names("skills")) check.Skills(agent);
            if (mask.Names("languages")) check.Languages(agent);
            if (mask.Names("capacity_units")) check.Number("capacity_units", agent.CapacityUnits, 0, CapacityUnitsMax);
            if (mask.Names("queues")) check.Queues(agent);
            if (mask.Names("channels")) check.Channels(agent);
            check.Leave();
        }

        check.Mask(mask, UpdatePaths);
        check.ThrowIfFaulty();
    }

    public static void Check(ListAgentsRequest request)
    {
        var check = new Checker();
        check.PageSize(request.PageSize);
        check.ThrowIfFaulty();
    }

    public static void Check(SetPresenceRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("name", request.Name).Required().Agent();
        check.Enum("presence", (int)request.Presence, (int)Presence.Online, required: true);
        check.ThrowIfFaulty();
    }

    public static void Check(WatchInboxRequest request)
    {
        var check = new Checker();
        check.Text("name", request.Name).Required().Agent();
        check.Version("after_version", request.AfterVersion, min: 0);
        check.ThrowIfFaulty();
    }

    public static void Check(AcceptOfferRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("name", request.Name).Required().Offer();
        check.ThrowIfFaulty();
    }

    public static void Check(DeclineOfferRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("name", request.Name).Required().Offer();
        check.Text("reason", request.Reason).Word();
        check.ThrowIfFaulty();
    }

    private static void Queues(this ref Checker check, Agent agent) =>
        check.Distinct("queues", agent.Queues, QueuesMax, static text => text.Queue());

    private static void Channels(this ref Checker check, Agent agent) =>
        check.Distinct("channels", agent.Channels, ChannelsMax, static text => text.Channel());

    private static void Skills(this ref Checker check, Agent agent)
    {
        check.Count("skills", agent.Skills.Count, 0, SkillsMax);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(agent.Skills.Count, SkillsMax); i++)
        {
            var skill = agent.Skills[i];
            check.Enter("skills", i);
            check.Text("name", skill.Name).Required().Label();
            if (skill.Name.Length > 0 && !names.Add(skill.Name)) check.Duplicate("name");
            check.Number("level", skill.Level, 1, CommonRules.SkillLevelMax);
            check.Leave();
        }
    }

    private static void Languages(this ref Checker check, Agent agent)
    {
        check.Count("languages", agent.Languages.Count, 0, LanguagesMax);
        for (var i = 0; i < Math.Min(agent.Languages.Count, LanguagesMax); i++)
            check.Text("languages", agent.Languages[i], i).Required().Language();
    }
}
