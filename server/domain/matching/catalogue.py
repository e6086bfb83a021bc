"""What each evidence of the household model is called and says, in both languages."""

from server.domain.matching.scoring import Part

# evidence: topic, what it says when it speaks for one household, and when against.
# First Vietnamese, then English.
WORDS: dict[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    "best_person": (
        ("Người khớp nhất", "Có một người gần như chắc chắn ở cả hai phiếu.", "Không ai khớp rõ ràng."),
        ("Best match", "One person is almost certainly on both surveys.", "Nobody matches clearly."),
    ),
    "namesakes": (
        ("Người trùng tên", "Ít người trong sổ có tên này.", "Nhiều người trong sổ có tên này."),
        ("Namesakes", "Few people in the registry bear this name.", "Many people in the registry bear this name."),
    ),
    "certain_person": (
        ("Người khớp giữa cả sổ", "Ít khi hai người lạ giống nhau đến thế.", "Giữa nhiều người, giống thế này vẫn có thể là ngẫu nhiên."),
        ("Match in the registry", "Strangers rarely agree so well.", "Among so many people this may be chance."),
    ),
    "second_person": (
        ("Người khớp thứ hai", "Người thứ hai cũng ở cả hai phiếu.", "Không có người thứ hai khớp."),
        ("Second match", "A second person is on both surveys.", "No second person matches."),
    ),
    "all_persons": (
        ("Tất cả thành viên", "Các thành viên cùng nhau khớp tốt.", "Các thành viên cùng nhau khớp kém."),
        ("Everybody", "Taken together, the people match well.", "Taken together, the people match poorly."),
    ),
    "matched": (
        ("Số người khớp", "Nhiều người ở cả hai phiếu.", "Ít người ở cả hai phiếu."),
        ("People on both", "Many people are on both surveys.", "Few people are on both surveys."),
    ),
    "share_of_smaller": (
        ("Phiếu ít người hơn", "Hầu hết người của phiếu ngắn có ở phiếu dài.", "Phiếu ngắn có nhiều người lạ."),
        ("Shorter roster", "Most people of the shorter roster are on the longer one.", "The shorter roster has strangers."),
    ),
    "share_of_larger": (
        ("Phiếu nhiều người hơn", "Hầu hết người của phiếu dài vẫn còn.", "Nhiều người của phiếu dài không còn."),
        ("Longer roster", "Most people of the longer roster are still there.", "Many of the longer roster are missing."),
    ),
    "heads": (
        ("Hai chủ hộ", "Hai chủ hộ là một người.", "Hai chủ hộ không khớp là một người."),
        ("The two heads", "The two heads are one person.", "The heads do not match as one person."),
    ),
    "other_person": (
        ("Người ngoài chủ hộ", "Người khác ngoài chủ hộ cũng khớp.", "Ngoài chủ hộ không ai khớp."),
        ("Beyond the heads", "Somebody beside the heads matches.", "Nobody beside the heads matches."),
    ),
    "old_head_now": (
        ("Chủ hộ cũ", "Chủ hộ trước vẫn ở trong hộ.", "Chủ hộ trước không còn trong hộ."),
        ("Earlier head", "The earlier head is still there.", "The earlier head is gone."),
    ),
    "new_head_then": (
        ("Chủ hộ mới", "Chủ hộ sau đã ở trong hộ lần trước.", "Chủ hộ sau trước đây là con hoặc không ở đó: có thể là tách hộ."),
        ("Later head", "The later head lived there before.", "The later head was a child or not there: perhaps a split."),
    ),
    "old_head_age": (
        ("Tuổi chủ hộ cũ", "Chủ hộ cũ cao tuổi, có thể đã mất.", "Chủ hộ cũ còn trẻ, ít khi mất."),
        ("Earlier head's age", "The earlier head was old and may have died.", "The earlier head was young to have died."),
    ),
    "old_spouse_stayed": (
        ("Vợ hoặc chồng của chủ hộ cũ", "Vợ hoặc chồng chủ hộ cũ vẫn còn.", "Vợ hoặc chồng chủ hộ cũ không còn."),
        ("Earlier spouse", "The earlier head's spouse is still there.", "The earlier head's spouse is gone."),
    ),
    "others_stayed": (
        ("Những người còn lại", "Những người khác vẫn còn.", "Những người khác không còn."),
        ("The others", "The others stayed.", "The others are gone."),
    ),
    "numbers_equal": (
        ("Số giấy tờ trùng", "Có người trùng số giấy tờ.", "Không ai trùng số giấy tờ."),
        ("Equal numbers", "Identity numbers agree.", "No identity number agrees."),
    ),
    "numbers_differ": (
        ("Số giấy tờ khác", "Không có số giấy tờ nào trái nhau.", "Có người khớp tên mà khác số giấy tờ."),
        ("Different numbers", "No identity numbers contradict.", "People alike bear different numbers."),
    ),
    "births_equal": (
        ("Ngày sinh trùng", "Có người trùng đúng ngày sinh.", "Không ai trùng đúng ngày sinh."),
        ("Equal births", "Days of birth agree.", "No day of birth agrees."),
    ),
    "gone_adults": (
        ("Người lớn không còn", "Không thiếu người lớn nào.", "Có người lớn không còn ở phiếu sau."),
        ("Adults gone", "No adult is missing.", "Adults are missing later."),
    ),
    "new_adults": (
        ("Người lớn mới", "Không có người lớn nào mới.", "Có người lớn mới ở phiếu sau."),
        ("New adults", "No adult is new.", "Adults are new later."),
    ),
    "gone_children": (
        ("Trẻ em không còn", "Không thiếu trẻ em nào.", "Có trẻ em không còn ở phiếu sau."),
        ("Children gone", "No child is missing.", "Children are missing later."),
    ),
    "door": (
        ("Số nhà", "Số nhà và ngõ trùng nhau.", "Số nhà và ngõ khác nhau."),
        ("Door", "House and lane numbers agree.", "House and lane numbers differ."),
    ),
    "street": (
        ("Phố", "Cùng một phố hoặc khu.", "Khác phố."),
        ("Street", "The street is the same.", "The streets differ."),
    ),
    "distance": (
        ("Khoảng cách", "Hai vị trí gần nhau.", "Hai vị trí xa nhau."),
        ("Distance", "The positions are close.", "The positions are far apart."),
    ),
    "phone": (
        ("Điện thoại", "Có chung một số điện thoại ít hộ dùng.", "Không chung số điện thoại, hoặc số đó nhiều hộ dùng."),
        ("Phone", "They share a phone that few others use.", "They share no phone, or one that many use."),
    ),
    "ward": (
        ("Phường", "Cùng phường.", "Khác phường."),
        ("Ward", "The ward is the same.", "The wards differ."),
    ),
    "group": (
        ("Tổ dân phố", "Cùng tổ dân phố.", "Khác tổ dân phố."),
        ("Residential group", "The group is the same.", "The groups differ."),
    ),
    "days_between": (
        ("Thời gian giữa hai lần", "Khoảng thời gian hợp với một hộ được thăm lại.", "Khoảng thời gian ít hợp với một hộ được thăm lại."),
        ("Time between", "The time between fits a second visit.", "The time between hardly fits a second visit."),
    ),
    "same_enumerator": (
        ("Điều tra viên", "Điều tra viên hợp với việc thăm lại.", "Điều tra viên ít hợp với việc thăm lại."),
        ("Enumerator", "Who visited fits one household.", "Who visited hardly fits one household."),
    ),
    "smaller_size": (
        ("Cỡ hộ nhỏ", "Số người của phiếu ngắn hợp.", "Phiếu ngắn quá ít người để chắc chắn."),
        ("Smaller size", "The shorter roster's size fits.", "The shorter roster is too short to be sure."),
    ),
    "larger_size": (
        ("Cỡ hộ lớn", "Số người của phiếu dài hợp.", "Số người của phiếu dài ít hợp."),
        ("Larger size", "The longer roster's size fits.", "The longer roster's size hardly fits."),
    ),
    "entity": (
        ("Hộ chọn trên điện thoại", "Điện thoại ghi cùng một hộ.", "Điện thoại ghi hai hộ khác nhau."),
        ("Household on the phone", "The phone named one household.", "The phones named two households."),
    ),
    "field_answer": (
        ("Trả lời tại hộ", "Được hỏi tại nhà, gia đình nói hai hộ là một.", "Được hỏi tại nhà, gia đình nói đó là hai hộ."),
        ("Answer at the door", "Asked at the door, the family said that the two are one.", "Asked at the door, the family said that they are two."),
    ),
    "head_name": (
        ("Tên chủ hộ", "Tên hai chủ hộ giống nhau.", "Tên hai chủ hộ khác nhau."),
        ("Heads' names", "The heads' names agree.", "The heads' names differ."),
    ),
    "head_birth": (
        ("Ngày sinh chủ hộ", "Ngày hoặc năm sinh hai chủ hộ hợp nhau.", "Ngày hoặc năm sinh hai chủ hộ khác nhau."),
        ("Heads' births", "The heads' births agree.", "The heads' births differ."),
    ),
    "number_of_heads": (
        ("Số giấy tờ chủ hộ", "Số giấy tờ hai chủ hộ trùng hoặc gần trùng.", "Số giấy tờ hai chủ hộ khác nhau."),
        ("Heads' numbers", "The heads' identity numbers agree.", "The heads' identity numbers differ."),
    ),
    "heads_differ": (
        ("Trái ngược giữa hai chủ hộ", "Không gì trái ngược giữa hai chủ hộ.", "Giới tính, ngày sinh hoặc số giấy tờ hai chủ hộ trái nhau."),
        ("Heads contradict", "Nothing about the heads contradicts.", "Sex, birth or number of the heads contradict."),
    ),
}  # fmt: skip


def topic_of(evidence: str, language: str = "vi") -> str:
    """What an evidence is about. Raises KeyError for an unknown one."""
    return WORDS[evidence][language != "vi"][0]


def sentence_of(part: Part, language: str = "vi") -> str:
    """What an evidence says, in words."""
    return said_of(part.evidence, part.bits, language)


def said_of(evidence: str, bits: float, language: str = "vi") -> str:
    """What an evidence says that adds so many bits."""
    said = WORDS[evidence][language != "vi"]
    return said[1] if bits > 0 else said[2]
