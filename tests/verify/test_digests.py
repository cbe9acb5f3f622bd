"""True and spoilt statements over the digests: each is told for what it is, by words alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from rag.briefs.records import Item
from rag.verify.verifier import Verifier

# How it was spoilt, or "true"; the item it cites; what it says.
STATEMENTS = (
    ("true", "2022-10-05/corporate/4", "Xiamen Air ordered 40 Airbus jets"),
    (
        "true",
        "2022-10-05/top5/1",
        "Four agencies under the lead of the MIIT published a plan that divides basic materials into three classes.",
    ),
    ("figure", "2022-10-05/top5/1", "The plan for basic materials came from seven agencies."),
    (
        "true",
        "2022-10-05/top5/1",
        "MERICS believes that rivalry between Chinese and foreign companies is likelier than "
        "cooperation in many fields of new materials.",
    ),
    (
        "voice",
        "2022-10-05/top5/1",
        "The implementation plan predicts that Chinese and foreign firms will compete rather than "
        "collaborate in new materials.",
    ),
    ("true", "2022-10-05/top5/2", "A city can nominate up to three clusters, a province up to five."),
    ("figure", "2022-10-05/top5/2", "A city can nominate up to five clusters, a province up to three."),
    ("true", "2022-10-05/top5/2", "The number of recognised clusters is capped at 200."),
    ("unit", "2022-10-05/top5/2", "Recognition as a specialised cluster lasts three months."),
    (
        "true",
        "2022-10-05/top5/2",
        "MERICS fears that local governments could squander resources on clusters that do not pay off.",
    ),
    (
        "true",
        "2022-10-05/top5/3",
        "At least 13 big bulk carriers are to sail between Huanghua and Shanghai or Zhuhai with "
        "remote diagnosis systems.",
    ),
    ("negation", "2022-10-05/top5/3", "At most 13 large bulk carriers are to ply the Huanghua-Shanghai/Zhuhai route."),
    ("true", "2022-10-05/top5/3", "China took nearly half of all orders for civilian ships in 2021, by tonnage."),
    ("date", "2022-10-05/top5/3", "In 2020, China won 48 percent of orders for non-military ships."),
    (
        "true",
        "2022-10-05/top5/3",
        "Chinese researchers expect their country to master all key technologies for autonomous shipping by 2035.",
    ),
    (
        "date",
        "2022-10-05/top5/3",
        "Chinese researchers expect their country to master all key technologies for autonomous shipping by 2030.",
    ),
    (
        "true",
        "2022-10-05/top5/4",
        "Shanghai's autonomous driving sector had an estimated annual revenue of 100 billion yuan so far.",
    ),
    (
        "true",
        "2022-10-05/top5/4",
        "MERICS advises European governments to take note of the progress Chinese cities make with "
        "autonomous vehicles.",
    ),
    (
        "voice",
        "2022-10-05/top5/4",
        "The Shanghai plan notes that European governments should pay attention to China's headway "
        "in autonomous vehicles.",
    ),
    ("true", "2022-10-05/top5/5", "Shanghai's AI regulation took effect on 1 October 2022."),
    ("true", "2022-10-05/top5/5", "Shenzhen published similar AI rules on 5 September."),
    ("date", "2022-10-05/top5/5", "Shenzhen published similar AI rules on 15 September."),
    ("negation", "2022-10-05/top5/5", "Beijing discourages foreign investment in AI."),
    (
        "true",
        "2022-10-05/policy/2",
        "Minerals and other resources must be used efficiently, President Xi Jinping told the party's committee"
        " for reforms.",
    ),
    (
        "company",
        "2022-10-05/policy/2",
        "Premier Li Keqiang stressed the efficient use of resources at the 27th meeting of the reform commission.",
    ),
    (
        "true",
        "2022-10-05/policy/6",
        "SASAC wants state-owned enterprises to do more for compliance in China and abroad.",
    ),
    (
        "true",
        "2022-10-05/policy/8",
        "The purchase tax on cars was originally 10 percent and currently stands at 5 percent.",
    ),
    ("true", "2022-10-05/corporate/2", "BYD's Thai factory could build up to 150,000 cars a year from 2024."),
    ("negation", "2022-10-05/corporate/2", "BYD's Thai factory could build at least 150,000 cars from 2024."),
    ("company", "2022-10-05/corporate/2", "BYD plans a passenger car factory in Indonesia."),
    (
        "true",
        "2023-03-01/top5/1",
        "Seventeen agencies back the Robot+ initiative, which covers ten fields including education and energy.",
    ),
    ("figure", "2023-03-01/top5/1", "Seven agencies back the Robot+ initiative."),
    ("true", "2023-03-01/top5/1", "Tinavi is strong in health care, Keenon in catering."),
    ("true", "2023-03-01/top5/1", "MERICS expects the strongest growth among service robots."),
    ("negation", "2023-03-01/top5/1", "MERICS expects service robots to grow the least."),
    (
        "true",
        "2023-03-01/top5/3",
        "The CIC notice lists 16 technologies, fiber lasers and semiconductor etching gas among them.",
    ),
    ("body", "2023-03-01/top5/3", "The CIC update came from the MIIT and the NDRC."),
    ("true", "2023-03-01/top5/3", "The fiber laser group is led by Wuhan Raycus and counts eighteen partners."),
    ("company", "2023-03-01/top5/3", "The fiber laser group is led by CATL."),
    (
        "true",
        "2023-03-01/top5/4",
        "The list of Industrial Internet software has 68 entries and that of app solutions 191.",
    ),
    (
        "date",
        "2023-03-01/top5/4",
        "Indigenous providers are to hold 50 percent of the industrial software market by 2030.",
    ),
    ("true", "2023-03-01/top5/5", "By 2025, no more than 20 further bases are to get SAC's approval."),
    ("true", "2023-03-01/top5/5", "A national strategy foresees 100 TSIBs by 2025, twice as many as before."),
    ("figure", "2023-03-01/top5/5", "A national strategy foresees 100 TSIBs by 2025, three times as many as before."),
    ("true", "2023-03-01/top5/5", "MERICS takes SAC's call for only 20 bases as a sign of a more gradual approach."),
    (
        "true",
        "2023-03-01/corporate/4",
        "YMTC is said to be cancelling as much as 70 percent of its orders with Naura Technology.",
    ),
    ("unit", "2023-03-01/corporate/3", "Hesai's listing raised USD 190 billion."),
    ("company", "2023-03-01/corporate/3", "Hesai's listing on the New York Stock Exchange raised USD 190 million."),
    (
        "true",
        "2023-03-01/corporate/2",
        "China Telecom's research arm built a 5G micro base station using only domestic chips.",
    ),
    ("true", "2023-05-03/top5/1", "Three ministries led by the MIIT support the forging and foundry industries."),
    (
        "true",
        "2023-05-03/top5/1",
        "Energy consumption per ton of forged material should fall by 5 percent against 2020.",
    ),
    (
        "figure",
        "2023-05-03/top5/1",
        "Energy consumption per ton of forged material should fall by 30 percent against 2020.",
    ),
    ("true", "2023-05-03/top5/1", "MERICS points to the risk of technology transfer that comes with R&D cooperation."),
    (
        "true",
        "2023-05-03/top5/2",
        "Under the CAC's draft, providers are legally responsible for content produced on their platforms.",
    ),
    (
        "negation",
        "2023-05-03/top5/2",
        "Under the CAC's draft, providers are not legally responsible for content produced on their platforms.",
    ),
    (
        "voice",
        "2023-05-03/top5/2",
        "The CAC's draft says that the rules will speed up the digital decoupling of China.",
    ),
    ("true", "2023-05-03/top5/3", "About a fifth of university majors are to be adjusted by 2025."),
    ("figure", "2023-05-03/top5/3", "About a third of university majors are to be adjusted by 2025."),
    ("true", "2023-05-03/top5/3", "Top universities already host 12 future technology colleges."),
    ("true", "2023-05-03/top5/4", "More than 50 IPv6+ innovation cities are to be set up."),
    ("negation", "2023-05-03/top5/4", "Fewer than 50 IPv6+ innovation cities are to be set up."),
    ("true", "2023-05-03/corporate/4", "Tesla will build a Megapack factory in Shanghai."),
    ("company", "2023-05-03/corporate/4", "Tesla will build a Megapack factory in Beijing."),
    ("true", "2023-05-03/corporate/3", "CMA CGM's order for 16 container ships is worth CNY 21 billion, a record."),
    ("figure", "2023-05-03/corporate/3", "CMA CGM's order for 21 container ships is worth CNY 16 billion."),
    ("true", "2023-12-06/top5/1", "Policymakers hope that humanoid robots will be part of the real economy by 2027."),
    (
        "date",
        "2023-12-06/top5/1",
        "By 2027, two or three humanoid robot firms with global influence are to be cultivated.",
    ),
    ("true", "2023-12-06/top5/1", "MERICS regards humanoid robots as an industry that is still in its infancy."),
    ("voice", "2023-12-06/top5/2", "MERICS instructs local authorities to carry out a special clean-up."),
    (
        "true",
        "2023-12-06/top5/2",
        "The commerce ministry ordered local authorities to review rules that disadvantage foreign firms.",
    ),
    ("true", "2023-12-06/top5/3", "China's industrial internet market grew by 14 percent in 2022 to CNY 864 billion."),
    ("unit", "2023-12-06/top5/3", "China's industrial internet market grew by 14 percent in 2022 to USD 864 billion."),
    ("true", "2023-12-06/top5/3", "China has more than 300,000 5G base stations."),
    ("figure", "2023-12-06/top5/3", "China has more than 400,000 5G base stations."),
    ("true", "2023-12-06/top5/4", "EVs made up nearly 20 percent of new car sales in China in 2022."),
    ("figure", "2023-12-06/top5/4", "EVs are to reach 20 percent of new car sales by 2025."),
    ("true", "2023-12-06/top5/4", "The road test programme was announced by the MIIT and three other agencies."),
    ("true", "2023-12-06/top5/5", "Companies face fines of up to CNY 10 million."),
    ("negation", "2023-12-06/top5/5", "Companies face fines of at least CNY 10 million."),
    ("true", "2023-12-06/corporate/1", "KWS Saat is selling its corn business in China because of new regulations."),
    ("negation", "2023-12-06/corporate/1", "KWS Saat is buying a corn business in China."),
    (
        "company",
        "2023-12-06/corporate/2",
        "Bayer will put over CNY 4 billion into its Chinese business in the coming five years.",
    ),
    (
        "true",
        "2023-12-06/corporate/2",
        "Boehringer Ingelheim plans to invest more than 4 billion yuan in China within five years.",
    ),
    ("true", "2023-12-06/corporate/7", "Graphcore blamed US export restrictions for its retreat from China."),
    (
        "true",
        "2024-05-08/top5/1",
        "To qualify for CIP, a product must meet four conditions, for example that its R&D takes place in China.",
    ),
    ("true", "2024-05-08/top5/1", "MERICS sees CIP as an attempt to coopt foreign companies."),
    ("voice", "2024-05-08/top5/1", "The finance ministry says that CIP is an attempt to coopt foreign companies."),
    ("negation", "2024-05-08/top5/1", "Foreign firms are barred from CIP projects."),
    ("true", "2024-05-08/top5/2", "The AI industry lacks more than 5 million workers."),
    ("figure", "2024-05-08/top5/2", "The smart manufacturing sector will lack 5 million workers by 2025."),
    (
        "true",
        "2024-05-08/top5/3",
        "Investment in industrial equipment is to grow by more than 25 percent by 2027 compared with 2023.",
    ),
    ("true", "2024-05-08/top5/3", "The central bank announced a relending programme of 500 billion yuan in April."),
    ("body", "2024-05-08/top5/3", "The finance ministry announced a relending programme of 500 billion yuan in April."),
    ("true", "2024-05-08/top5/4", "Investments in AI safety would earn a 30 percent tax credit under the model law."),
    (
        "true",
        "2024-05-08/top5/4",
        "The model law was drafted by a team around Zhou Hui of the Chinese Academy of Sciences.",
    ),
    ("body", "2024-05-08/top5/4", "The model law was drafted by the Cyberspace Administration of China."),
    ("true", "2024-05-08/top5/5", "Foreign-invested firms account for about 4.5 percent of VATS operators."),
    ("company", "2024-05-08/top5/5", "The pilot covers Beijing, Shanghai, Guangzhou and Hainan."),
    (
        "true",
        "2024-05-08/policy/2",
        "Each city can get CNY 300 million, about EUR 38.6 million, for upgrading its manufacturing.",
    ),
    ("true", "2024-05-08/policy/5", "Applications for the sixth batch of Little Giants closed on 19 May 2024."),
    ("figure", "2024-05-08/policy/5", "Applications for the seventh batch of Little Giants closed on 19 May 2024."),
    ("date", "2024-05-08/policy/7", "Beijing's city government aims at self-sufficiency in smart computing by 2030."),
    (
        "true",
        "2024-05-08/corporate/2",
        "German companies in China consider themselves competitive on quality and innovation, but not on price.",
    ),
    ("true", "2024-05-08/corporate/3", "A drone delivery by Phoenix Wings costs 40 yuan and takes 45 minutes."),
    ("unit", "2024-05-08/corporate/3", "A drone delivery by Phoenix Wings costs 40 euros."),
    (
        "true",
        "2024-05-08/corporate/4",
        "China's second domestically built cruise ship should be delivered by the end of 2026.",
    ),
    (
        "figure",
        "2024-05-08/corporate/4",
        "China's third domestically built cruise ship should be delivered by the end of 2026.",
    ),
    ("true", "2024-05-08/corporate/6", "Overall, the C919 has attracted more than 1,200 orders."),
    ("company", "2024-05-08/corporate/6", "China Eastern bought 100 C919 aircraft."),
    ("true", "2024-05-08/corporate/7", "Tesla and Baidu received a permit for a driver assistance map."),
    ("negation", "2024-05-08/corporate/7", "Tesla and Baidu were refused a permit for a driver assistance map."),
    (
        "true",
        "2023-03-01/top5/1",
        "Bis 2025 sollen 492 Roboter auf 10.000 Beschäftigte kommen, doppelt so viele wie 2020.",
    ),
    ("true", "2022-10-05/corporate/4", "Xiamen Air bestellte 40 Airbus-Flugzeuge für 4,8 Milliarden US-Dollar."),
    ("unit", "2022-10-05/corporate/4", "Xiamen Air bestellte 40 Airbus-Flugzeuge für 4,8 Millionen US-Dollar."),
    ("true", "2023-03-01/top5/1", "到2025年，每万名制造业工人将拥有492台机器人。"),
    ("figure", "2023-03-01/top5/1", "到2025年，每万名制造业工人将拥有592台机器人。"),
    ("true", "2023-05-03/corporate/4", "特斯拉计划在上海建设超级储能工厂。"),
    ("true", "2023-03-01/top5/3", "The MIIT's notice covers 16 focus areas and was first outlined in 2016."),
    ("true", "2023-03-01/corporate/1", "According to Caixin, XPeng got approval for manned tests of its eVTOL."),
    (
        "true",
        "2024-05-08/top5/3",
        "The policy could push Chinese firms to export excess production at low prices, MERICS says.",
    ),
    (
        "voice",
        "2024-05-08/top5/3",
        "According to MERICS, investment in industrial equipment is to grow by over 25 percent by 2027.",
    ),
)


@pytest.mark.parametrize(("kind", "item", "statement"), STATEMENTS, ids=[text[:60] for *_, text in STATEMENTS])
def test_a_statement_is_told_for_what_it_is(
    verifier: Verifier, digests: Mapping[str, Item], kind: str, item: str, statement: str
) -> None:
    """What the item bears out is never called unsupported, what contradicts it always; a reason says why."""
    finding = verifier.check(statement, [digests[item]])
    assert (finding.support == "unsupported") == (kind != "true"), finding.reason
    assert bool(finding.reason) == (finding.support != "supported")


def test_every_sentence_of_the_digests_bears_itself_out(verifier: Verifier, digests: Mapping[str, Item]) -> None:
    """A sentence checked against its own item, an assessment with who makes it, is never called unsupported."""
    from rag.retrieval.sentences import sentences_of

    flagged = []
    for item in digests.values():
        for sentence in sentences_of(item):
            if sentence.part in ("reference", "appendix", "exhibit"):
                continue
            text = f"MERICS says: {sentence.text}" if sentence.voice == "comment" else sentence.text
            finding = verifier.check(text, [item])
            if finding.support == "unsupported":
                flagged.append((item.id, finding.reason, sentence.text))
    assert not flagged


def test_a_true_statement_is_unsupported_by_other_items(verifier: Verifier, digests: Mapping[str, Item]) -> None:
    """Of the true statements, each held against ten other items, at most one pair in a hundred passes."""
    true = [(item, text) for kind, item, text in STATEMENTS if kind == "true"]
    others = [key for key in digests if key not in {item for item, _ in true}][:10]
    passed = [
        (key, text) for _, text in true for key in others if verifier.check(text, [digests[key]]).support == "supported"
    ]
    assert len(passed) <= len(true) * len(others) / 100, passed
