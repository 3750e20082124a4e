using System.Text;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Routing.Matching;

/// <summary>The profiles in use, and some that were.</summary>
internal sealed class Profiles(QueueRules rules)
{
    /// <summary>How many that nobody uses are kept.</summary>
    private const int UnusedMax = 256;

    private readonly Dictionary<string, Profile> _profiles = new(StringComparer.Ordinal);
    private readonly StringBuilder _key = new();
    private int _unused;

    /// <summary>The profile of a conversation after so many relax steps; counted as used.</summary>
    public Profile Use(WaitingConversation conversation, int step)
    {
        var asked = rules.Steps[step];
        var language = asked.DropsLanguage ? "" : conversation.Language;
        var skills = SkillsOf(conversation, asked);
        _key.Clear().Append(step).Append('\n').Append(conversation.Channel).Append('\n').Append(language);
        foreach (var skill in skills) _key.Append('\n').Append(skill.Skill).Append('\n').Append(skill.LevelMin);
        var key = _key.ToString();
        if (!_profiles.TryGetValue(key, out var profile))
        {
            _profiles[key] = profile = new Profile(step, asked, conversation.Channel, language, skills);
        }
        else if (profile.Users == 0)
        {
            _unused--;
        }

        profile.Users++;
        return profile;
    }

    public void Leave(Profile profile)
    {
        if (--profile.Users > 0 || ++_unused <= UnusedMax) return;
        foreach (var (key, _) in _profiles.Where(entry => entry.Value.Users == 0).ToList()) _profiles.Remove(key);
        _unused = 0;
    }

    /// <summary>The queue's and the conversation's own, each at the higher level, without those dropped; by name.</summary>
    private List<SkillRequirement> SkillsOf(WaitingConversation conversation, AskedStep asked)
    {
        if (asked.DropsAllSkills || rules.Skills.Count + conversation.RequiredSkills.Count == 0) return [];
        var skills = new List<SkillRequirement>(rules.Skills.Count + conversation.RequiredSkills.Count);
        Take(rules.Skills);
        Take(conversation.RequiredSkills);
        skills.Sort(static (a, b) => string.CompareOrdinal(a.Skill, b.Skill));
        return skills;

        void Take(IEnumerable<SkillRequirement> asks)
        {
            foreach (var ask in asks)
            {
                if (asked.DroppedSkills.Contains(ask.Skill)) continue;
                var level = Math.Max(1, ask.LevelMin);
                var known = skills.FindIndex(skill => skill.Skill == ask.Skill);
                if (known < 0) skills.Add(new SkillRequirement { Skill = ask.Skill, LevelMin = level });
                else if (skills[known].LevelMin < level) skills[known] = new SkillRequirement { Skill = ask.Skill, LevelMin = level };
            }
        }
    }
}
